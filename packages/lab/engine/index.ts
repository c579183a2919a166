export {
  checkEngine,
  endEngine,
  ensureDocker,
  prepareEngine,
  startEngine,
  type EnginePart,
} from './engine.js';
