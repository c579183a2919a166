export type { BuildSecret, ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
export type { EngineCollaborators } from './docker.js';
export type { ContainerFile, ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
export { readHostUser } from './host-user.js';
export { openEngine } from './open-engine.js';
