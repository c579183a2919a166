export { awayError, leaseOfCatalog, lockFailureOf, setLockStage, type LockStage } from './stage.js';
