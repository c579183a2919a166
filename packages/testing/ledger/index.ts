export { contentOf, playHistory } from './histories.js';
export { createLeaseInMemory, type LeaseInMemory } from './lease-in-memory.js';
