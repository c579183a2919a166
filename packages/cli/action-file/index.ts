export {
  parseActionFile,
  readActionFile,
  type ActionFile,
  type ActionInput,
  type ActionOutput,
} from './action-file.js';
