export { renderFiles } from './render-files.js';
export { renderKustomization, type KustomizationOptions } from './render-kustomization.js';
export type { Rendered, SourceFile } from './source-file.js';
