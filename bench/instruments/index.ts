export { startLineProcess, type LineProcess } from './line-process.js';
export { median } from './median.js';
export { startProxies, type Proxies, type ProxyCounts, type ProxyMode } from './proxies.js';
export { startStopwatch, type Measured, type Stopwatch } from './stopwatch.js';
