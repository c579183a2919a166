export { openImage, type ImageOptions, type OpenedImage } from './open-image.js';
