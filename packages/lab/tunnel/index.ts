export { startTunnel, type TunnelPlace } from './start.js';
