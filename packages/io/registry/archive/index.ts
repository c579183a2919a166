export { openArchive, type Archive } from './archive.js';
export { hashPart, openPart, type FilePart } from './file-part.js';
export { isZlibError } from './unpack-gzip.js';
