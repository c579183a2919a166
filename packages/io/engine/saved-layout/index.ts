export { unpackSavedImage, type SavedImage } from './unpack-saved-image.js';
export { writeSavedLayout, type LayoutFacts } from './write-saved-layout.js';
