export { startTcpGate, type TcpGate } from './tcp-gate.js';
export { startTestProxy, type AskedProxy, type ProxyPlan, type TestProxy } from './test-proxy.js';
