export { isSameName, listNames } from './choose-root.js';
export { archiveStore, tryReadFile, type FileStore } from './file-store.js';
export { openLayout, openLayoutIn, type LayoutOptions } from './open-layout.js';
export type { Layout } from './layout.js';
