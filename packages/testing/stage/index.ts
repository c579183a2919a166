export { openStage, type Stage, type TestImage } from './stage.js';
