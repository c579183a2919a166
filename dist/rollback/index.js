import { rollback } from '../shared/index.js';
await rollback();
