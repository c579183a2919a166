export {
  checkRegistry,
  endRegistry,
  prepareRegistry,
  readRegistryHost,
  startRegistry,
  type RegistryPart,
  type RegistryPlace,
} from './registry.js';
