import type { DiagnoseRow } from './row.js';
import { clusterRows, patientClusterRows } from './rows-cluster.js';
import { containerRows, patientRows } from './rows-containers.js';
import { imageRows } from './rows-images.js';
import { othersRows, patientOthersRows } from './rows-others.js';

/** Everything that the failure matrix holds. */
export const diagnoseRows: readonly DiagnoseRow[] = [
  ...imageRows,
  ...containerRows,
  ...patientRows,
  ...clusterRows,
  ...patientClusterRows,
  ...othersRows,
  ...patientOthersRows,
];

/** The rows in which nothing is wrong with the release. */
export const benignRows: readonly DiagnoseRow[] = diagnoseRows.filter(
  ({ status }) => status === 'succeeded',
);
