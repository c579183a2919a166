export {
  SlipwayError,
  describeError,
  invalidInput,
  type Problem,
  type SlipwayErrorOptions,
} from './slipway-error.js';
export { failureCodes, type FailureCode } from './failure-codes.js';
export { assertNever } from './assert-never.js';
