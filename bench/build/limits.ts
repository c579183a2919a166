import { computeRatio, roundTo, type JudgedCase } from '../report/index.js';
import type { BuildResult } from './cases.js';

/** What it may cost to find the engine, to read the commit, and to say what was built. */
const growth = 1.05;
const extraMs = 300;

/**
 * @example judgeResult({ engine: 'podman', change: 'warm', wallMs: { ours: 600, engine: 500 } }) // { name: 'podman, warm, time', limit: 800, ratio: 0.75, … }
 */
export function judgeResult({ engine, change, wallMs }: BuildResult): JudgedCase {
  const limit = Math.max(wallMs.engine * growth, wallMs.engine + extraMs);
  return {
    name: `${engine}, ${change}, time`,
    ours: roundTo(wallMs.ours),
    peers: { [engine]: roundTo(wallMs.engine) },
    limit: roundTo(limit),
    ratio: computeRatio(wallMs.ours, limit),
  };
}
