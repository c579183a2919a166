export { ensureWatchdog, watchdogFolder } from './watchdog.js';
