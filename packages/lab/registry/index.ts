export {
  checkRegistry,
  endRegistry,
  prepareRegistry,
  startRegistry,
  type RegistryPart,
} from './registry.js';
