export { attachEvidence } from './attach-evidence.js';
export {
  buildEvidenceArtifact,
  type EvidenceArtifact,
  type EvidenceBlob,
} from './evidence-artifact.js';
export { fetchEvidence, type StoredEvidence } from './fetch-evidence.js';
