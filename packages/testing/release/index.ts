export { bundleOf, chainOf, draft, good, imageOf, play, time, type Step } from './events.js';
