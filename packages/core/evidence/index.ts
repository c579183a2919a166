export { findNewestResult } from './newest-result.js';
export { formatProvenance, type Provenance, type ProvenanceSource } from './provenance.js';
export {
  formatTestResult,
  parseStatement,
  statementMediaType,
  testResultPredicate,
  type GateResult,
  type Statement,
  type TestCounts,
  type TestResult,
  type TestVerdict,
} from './statement.js';
