export { startClassicDocker, type ClassicDocker } from './classic-docker.js';
export { openContainersStorage, type ContainersStorage } from './containers-storage.js';
export { createQuietEngine, endedWell } from './quiet-engine.js';
