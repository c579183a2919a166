export { LabError, PartLeftOutError } from './lab-error.js';
