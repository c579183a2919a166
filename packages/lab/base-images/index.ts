export { ensureBaseImages } from './base-images.js';
export { hasBaseImages, offerBaseImages, requireMirror } from './offer.js';
