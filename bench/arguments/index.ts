export { parseNumber } from './parse-number.js';
