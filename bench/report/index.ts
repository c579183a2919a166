export { formatColumns } from './columns.js';
export { computeRatio, formatJudgement, roundTo, type JudgedCase } from './judged-case.js';
export { formatPairTable } from './pair-table.js';
export { writeReport } from './report-file.js';
