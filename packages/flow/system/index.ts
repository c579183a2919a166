export { formatStatusSummary, formatStatusTable } from './format-status.js';
export { planRecordPlaces } from './record-places.js';
export { readSystemStatus } from './read-status.js';
export {
  chooseServices,
  planRedeploy,
  type ChosenService,
  type PlannedService,
  type RedeployPlan,
  type RedeployRequest,
} from './plan-redeploy.js';
export {
  finishRedeploy,
  redeploy,
  type RedeployOptions,
  type RedeployStatus,
  type ServiceResult,
} from './redeploy.js';
export type { SystemStatus } from './system-status.js';
