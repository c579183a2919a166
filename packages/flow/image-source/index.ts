export { formatSource, openSource, type ImageSource } from './open-source.js';
