export { ensurePackages, findProgram, type PackageName } from './debian.js';
