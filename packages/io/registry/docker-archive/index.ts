export { compressLayout } from './compress-layout.js';
export { openDockerArchive } from './open-docker-archive.js';
