export { startClient, type Call, type CallingClient, type ClientTally } from './client.js';
