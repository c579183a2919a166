export { listCases, scenarios, type KillCase, type Scenario } from './cases.js';
export type { Lane } from './lane.js';
export { openKillStage, type KillStage } from './stage.js';
export { commandOf, openLane, runKillTrial, type KillTrial } from './trial.js';
