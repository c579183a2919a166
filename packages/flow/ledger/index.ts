export { openLedger, type Ledger, type LedgerHead, type LedgerWriter } from './ledger.js';
export { readChain } from './read-chain.js';
export { parseLedgerTemplate, resolveLedgerRepository } from './repository.js';
