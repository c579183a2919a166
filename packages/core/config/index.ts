export {
  parseConfig,
  parseSmokeTest,
  type DeploySettings,
  type EnvironmentSettings,
  type ServiceSettings,
  type SlipwayConfig,
  type SmokeTestSettings,
} from './config.js';
export { createMappingReader, type MappingReader } from './mapping-reader.js';
