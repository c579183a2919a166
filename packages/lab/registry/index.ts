export {
  checkRegistry,
  endRegistry,
  prepareRegistry,
  readRegistryHost,
  startRegistry,
  type RegistryPart,
} from './registry.js';
