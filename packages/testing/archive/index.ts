export { formatClassicSave, formatOldSave, type SavedImage } from './docker-save.js';
export {
  formatMember,
  formatTar,
  paxMember,
  symbolicLink,
  tarEnd,
  type TestMember,
} from './format-tar.js';
export { packFolder } from './pack-folder.js';
