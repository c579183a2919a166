export {
  checkEngine,
  endEngine,
  ensureCompose,
  prepareEngine,
  startEngine,
  type EnginePart,
} from './engine.js';
