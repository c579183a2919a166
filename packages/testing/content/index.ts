export { ArtifactWriter } from './artifact-writer.js';
export { TestContent, type ContentManifest } from './content.js';
export { findDifferences, findIncompleteTags, listPlainTags, readTag } from './find-differences.js';
export { oddManifests } from './odd-manifests.js';
export { askPlain, type PlainTarget } from './plain-registry.js';
export { putContent, putManifest } from './put-content.js';
export { writeContent } from './write-content.js';
