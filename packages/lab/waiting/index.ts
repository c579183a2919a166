export { waitUntil, type WaitOptions } from './wait-until.js';
