export { ensureBaseImages } from './base-images.js';
export { hasBaseImages, offerBaseImages, requireMirror } from './offer.js';
export { pushBaseImages } from './push.js';
