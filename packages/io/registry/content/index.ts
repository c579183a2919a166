export type { ContentManifest, ImageContent } from './image-content.js';
export { listBlobs, listForeignBlobs } from './list-blobs.js';
export { ManifestWalk } from './manifest-walk.js';
export { subjectsFirst } from './subjects-first.js';
