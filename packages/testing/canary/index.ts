export { canaryVariable, createCanary, readCanary } from './canary.js';
export { listForms, type SecretForm } from './forms.js';
export { findSecrets, formatFinding, type Finding, type HiddenText } from './find-secrets.js';
export { searchFolder, searchRegistry, type SearchCount } from './search.js';
