import { imageVersion } from '../shared/index.js';
await imageVersion();
