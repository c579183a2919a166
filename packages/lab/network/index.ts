export { ensureNetwork, readNetwork, removeNetwork, type Network } from './bridge.js';
export { plugNode, unplugNode } from './node-link.js';
export { readNodeIndex, reserveNodeIndex } from './node-index.js';
