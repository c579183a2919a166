export { main as k8sDeploy } from './k8s-deploy/src/main.js';
export { main as registryPush } from './registry-push/src/main.js';
export { main as rollback } from './rollback/src/main.js';
