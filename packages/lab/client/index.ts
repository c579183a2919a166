export {
  startClient,
  type Call,
  type CallingClient,
  type ClientOptions,
  type ClientPlace,
  type ClientTally,
} from './client.js';
