import { promoteToProd } from '../shared/index.js';
await promoteToProd();
