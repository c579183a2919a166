export { packTar, readTar, type TarFile } from './tar.js';
