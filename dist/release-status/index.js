import { releaseStatus } from '../shared/index.js';
await releaseStatus();
