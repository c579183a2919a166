export { keepMemorySmall } from './memory.js';
