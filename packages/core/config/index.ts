export {
  parseChartSource,
  parseKubeVersion,
  parseReleaseName,
  type ChartSettings,
  type ChartSource,
} from './chart-settings.js';
export {
  parseConfig,
  parseSystem,
  type SlipwayConfig,
  type SystemConfig,
  type SystemService,
} from './config.js';
export type { EnvironmentSettings } from './environment-settings.js';
export { createMappingReader, type MappingReader } from './mapping-reader.js';
export {
  gateNames,
  type Freeze,
  type GateName,
  type LevelSettings,
  type PolicySettings,
} from './policy-settings.js';
export {
  parseSmokeTest,
  type BuildSettings,
  type DeploySettings,
  type IntegrationSettings,
  type ServiceSettings,
  type SmokeTestSettings,
} from './service-settings.js';
