export { isLaptop, readEnvironment, type Environment, type RunIdentity } from './environment.js';
export {
  createInputReader,
  parseName,
  type EnvironmentChoice,
  type InputReader,
  type ServiceChoice,
} from './input-reader.js';
export {
  readClusterInputs,
  readGitHubToken,
  readRegistryInputs,
  readToolInputs,
  refuseInputs,
  type ClusterInputs,
} from './common-inputs.js';
export {
  createConsole,
  liveMarkVariable,
  shortestMasked,
  type Console,
  type SourcePlace,
} from './console.js';
export { escapeCell, formatCode, formatFailure, toSlipwayError } from './failure.js';
export {
  runAction,
  runCommand,
  type ActionDefinition,
  type Annotation,
  type Report,
} from './run-action.js';
export type { OpenOptions, Runtime } from './runtime.js';
