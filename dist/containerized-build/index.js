import { containerizedBuild } from '../shared/index.js';
await containerizedBuild();
