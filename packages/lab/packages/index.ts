export { ensurePackages, findProgram, installs, type PackageName } from './debian.js';
export { ensureSuitePackages, type SuitePackages } from './suite.js';
