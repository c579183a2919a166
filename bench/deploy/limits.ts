import { computeRatio, roundTo, type JudgedCase } from '../report/index.js';
import type { DeployResult } from './cases.js';

/** What the record, the lock and the watching may cost where there is little to do. */
const growth = 1.1;
const extraMs = 1500;

/**
 * A single workload may take a little longer than `kubectl`, which keeps no record; several may not.
 *
 * @example judgeResult({ workloads: 10, change: 'good', wallMs: { ours: 4000, kubectl: 5000 } }) // { name: '10 workloads, good, time', limit: 5000, ratio: 0.8, … }
 */
export function judgeResult({ workloads, change, wallMs }: DeployResult): JudgedCase {
  const { ours, kubectl } = wallMs;
  const limit = workloads === 1 ? Math.max(kubectl * growth, kubectl + extraMs) : kubectl;
  const what = workloads === 1 ? '1 workload' : `${workloads} workloads`;
  return {
    name: `${what}, ${change}, time`,
    ours: roundTo(ours),
    peers: { kubectl: roundTo(kubectl) },
    limit: roundTo(limit),
    ratio: computeRatio(ours, limit),
  };
}
