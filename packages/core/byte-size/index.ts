export { formatBytes } from './byte-size.js';
