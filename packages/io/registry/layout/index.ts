export { openLayout, type LayoutOptions } from './open-layout.js';
export type { Layout, LayoutManifest } from './layout.js';
