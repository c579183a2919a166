export { testRegistryKinds, type RegistryTraits, type TestRegistryKind } from './kinds.js';
export { prepareTestRegistries } from './programs.js';
export {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryAuth,
  type TestRegistryOptions,
} from './start.js';
export type { TokenQuestion, TokenRules, TokenService } from './token-service.js';
