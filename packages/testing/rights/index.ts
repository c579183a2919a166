export { listGranted, openAccount, type Account, type OptionalRole } from './account.js';
export type { RecordedRights } from './recording-api.js';
