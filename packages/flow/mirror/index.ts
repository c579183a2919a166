export { openMirror, type Mirror, type MirrorOptions } from './mirror.js';
