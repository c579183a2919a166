export type { CompareWith } from './compare.js';
export type { Place } from './place.js';
export { readHistories, type Histories, type HistoryOptions } from './read-histories.js';
export type { Line } from './read-lines.js';
export { reserveTags, type ReservedTag } from './reserve-tags.js';
export type { ServiceRequest } from './scope.js';
export type { ServiceHistory } from './service-history.js';
