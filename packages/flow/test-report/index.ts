export { findReports, readNewReports, type ReportTraces } from './find-reports.js';
export {
  joinTestResults,
  readTestReports,
  type FailedTest,
  type ReportFile,
  type TestResults,
  type TimedTest,
} from './read-test-reports.js';
export { parseReportGlob, type ReportGlob } from './report-glob.js';
