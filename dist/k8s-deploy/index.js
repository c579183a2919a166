import { k8sDeploy } from '../shared/index.js';
await k8sDeploy();
