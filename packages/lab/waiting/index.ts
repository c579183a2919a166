export { answers } from './answers.js';
export { formatElapsed, withHeartbeat } from './heartbeat.js';
export { waitForAll } from './wait-for-all.js';
export { waitUntil, type WaitOptions } from './wait-until.js';
