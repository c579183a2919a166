import { diagnoseRows } from '@slipway/testing/diagnose';
import { faultCases } from '@slipway/testing/registry-faults';
import { runBuildFailures } from './build-failures.js';
import { buildCells, runBuilds } from './builds.js';
import { runDiagnose } from './diagnose.js';
import { runInterrupt } from './interrupt-run.js';
import { runKill } from './kill.js';
import { runLedger } from './ledger.js';
import { runParsers } from './parsers.js';
import { runReferences } from './references.js';
import { runRegistryFaults } from './registry-faults.js';
import { runRollout } from './rollout.js';
import { runStatuses } from './statuses.js';
import { runTraffic } from './traffic.js';
import { runVersions } from './versions.js';

export interface ReliabilityRun {
  /** How often, where the command line does not say. */
  readonly trials: number;
  /** Whether everything was as it must be; `print` takes lines for people. */
  readonly run: (seed: number, trials: number, print: (line: string) => void) => Promise<boolean>;
}

/** More than there are. */
const everyCase = 100_000;

/** `npm run reliability -- <name>`, a file for each. */
export const runs: ReadonlyMap<string, ReliabilityRun> = new Map([
  ['build', { trials: 1, run: (_seed, _trials, print) => runBuildFailures(print) }],
  ['builds', { trials: buildCells.length, run: runBuilds }],
  ['diagnose', { trials: diagnoseRows.length, run: runDiagnose }],
  ['interrupt', { trials: 20, run: runInterrupt }],
  ['kill', { trials: everyCase, run: runKill }],
  ['ledger', { trials: 500, run: runLedger }],
  ['registry-faults', { trials: faultCases.length, run: runRegistryFaults }],
  ['parsers', { trials: 100_000, run: runParsers }],
  ['traffic', { trials: 3, run: (_seed, trials, print) => runTraffic(trials, print) }],
  ['references', { trials: 1_000_000, run: runReferences }],
  ['rollout', { trials: 50, run: (_seed, trials, print) => runRollout(trials, print) }],
  ['versions', { trials: 1000, run: runVersions }],
  ['statuses', { trials: 200_000, run: runStatuses }],
]);
