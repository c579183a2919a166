export { acquireLock, type LockOptions } from './acquire-lock.js';
export { ensureNamespace } from './ensure-namespace.js';
export { fetchAcknowledged } from './fetch-acknowledged.js';
export type { Lock } from './held-lock.js';
export { readLockHolder, type LockHolder } from './read-holder.js';
export type { Holder } from './lease.js';
