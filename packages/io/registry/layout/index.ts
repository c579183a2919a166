export { openLayout, type LayoutOptions } from './open-layout.js';
export type { Layout } from './layout.js';
