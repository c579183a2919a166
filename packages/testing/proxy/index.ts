export { startTestProxy, type AskedProxy, type ProxyPlan, type TestProxy } from './test-proxy.js';
