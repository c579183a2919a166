export { hostileText, mutateBytes, mutateJson, mutateText, type Chooser } from './mutation.js';
export { forEachTrial } from './trials.js';
