export { openLedger, type Ledger, type LedgerHead, type LedgerWriter } from './ledger.js';
export { readRecordPlace } from './place-inputs.js';
export { readChain, walkChain } from './read-chain.js';
export {
  assertOwnImage,
  parseLedgerTemplate,
  resolveLedgerRepository,
  type RecordPlace,
} from './repository.js';
export { verifyLedger } from './verify-ledger.js';
