export {
  bundleOf,
  chainOf,
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
export { everyEvent, writeEvents } from './written-events.js';
