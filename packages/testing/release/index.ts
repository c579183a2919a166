export {
  bundleOf,
  draft,
  failing,
  goingBack,
  good,
  imageOf,
  play,
  stuck,
  time,
  unverified,
  verified,
  type Step,
} from './events.js';
export { chainOf, everyEvent, writeEvents } from './written-events.js';
