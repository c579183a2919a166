export { defaultLabFolder, labId } from './folder.js';
export { holdLock, withLock, type Lock, type LockMode } from './lock.js';
export {
  addOwner,
  hasLivingOwner,
  isKept,
  isOwner,
  keepOwner,
  readOwners,
  removeOwner,
  type Owner,
} from './owners.js';
export { readJson, writeJson } from './json-file.js';
