export { readLiveServices, type LiveOptions, type LiveService } from './read-live-services.js';
