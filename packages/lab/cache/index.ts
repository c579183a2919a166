export { cacheFolder } from './place.js';
export { ensureCached, type CachedThing } from './cached.js';
export { computeKey } from './key.js';
