export { openProfile, type OpenProfile } from './open-profile.js';
export {
  realRegistries,
  simulatedRegistries,
  type ProfileTraits,
  type RegistryProfile,
} from './profiles.js';
