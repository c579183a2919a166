export { ensureBaseImages, type BaseImage } from './base-images.js';
export { pushBaseImages } from './push.js';
