export { openArchive, type Archive, type ArchiveFile } from './archive.js';
