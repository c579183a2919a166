import { registryPush } from '../shared/index.js';
await registryPush();
