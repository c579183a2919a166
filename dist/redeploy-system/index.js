import { redeploySystem } from '../shared/index.js';
await redeploySystem();
