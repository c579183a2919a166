export { Life, type Fate, type WriteRecord } from './life.js';
export { liveThrough, type Acknowledgement, type Lived } from './lived.js';
export { World } from './world.js';
