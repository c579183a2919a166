export { openArchive, type Archive, type ArchiveFile } from './archive.js';
export { isZlibError } from './unpack-gzip.js';
