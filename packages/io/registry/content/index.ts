export type { ContentManifest, ImageContent } from './image-content.js';
export { listBlobs } from './list-blobs.js';
export { ManifestWalk } from './manifest-walk.js';
