export {
  formatMember,
  formatTar,
  paxMember,
  symbolicLink,
  tarEnd,
  type TestMember,
} from './format-tar.js';
