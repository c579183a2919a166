export { listGranted, openAccount, type Account, type OptionalRole } from './account.js';
