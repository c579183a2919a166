export {
  awayError,
  leaseOfCatalog,
  lockFailureOf,
  loseAnswerOnce,
  setLockStage,
  type LockStage,
} from './stage.js';
