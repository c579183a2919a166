export { addEvidence, type AddedEvidence } from './add-evidence.js';
export { attachEvidence } from './attach-evidence.js';
export { readEvidenceFiles, type EvidenceFile } from './evidence-files.js';
export { fetchEvidence, type StoredEvidence } from './fetch-evidence.js';
