export { startSocketGate, startTcpGate, type SocketGate, type TcpGate } from './gate.js';
export { startTestProxy, type AskedProxy, type ProxyPlan, type TestProxy } from './test-proxy.js';
