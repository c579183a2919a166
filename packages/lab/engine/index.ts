export { checkEngine, endEngine, prepareEngine, startEngine, type EnginePart } from './engine.js';
