export { addPanics } from './add-panics.js';
export { findReports, readNewReports, type ReportTraces } from './find-reports.js';
export {
  joinTestResults,
  largestReports,
  readTestReports,
  type ReportFile,
  type TestResults,
} from './read-test-reports.js';
export { parseReportGlob, type ReportGlob } from './report-glob.js';
export type { FailedTest, Redact, TimedTest } from './test-case.js';
