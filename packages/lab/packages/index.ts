export {
  ensurePackages,
  findProgram,
  installs,
  requireProgram,
  type PackageName,
} from './debian.js';
export { ensureSuitePackages, type SuitePackages } from './suite.js';
