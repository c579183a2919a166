export type { DiagnoseRow } from './row.js';
export { openDiagnoseStage, type DiagnoseStage } from './stage.js';
export { benignRows, diagnoseRows } from './rows.js';
export { runRow, type RowResult } from './trial.js';
export { openPeers, runPeer, type Peer } from './peers.js';
