import { join } from 'node:path';
import type { SlipwayError } from '@slipway/core/errors';
import type { Finding, Snapshot } from '@slipway/core/rollout';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { collectEvidence, type Evidence } from './evidence.js';

/** Why a release is not live, or not good. */
export interface ReleaseProblem {
  readonly failure: SlipwayError;
  /** A platform's fault is no reason to roll back: the old version could not be deployed either. */
  readonly fault: 'candidate' | 'platform';
  readonly evidence?: Evidence;
}

/** One deployment of a bundle, for what is told and saved of it. */
export interface Release {
  readonly bundle: Bundle;
  readonly deployment: string;
  /** The moment of the apply. */
  readonly since: Date;
}

/** The problem, with what the cluster shows of it saved. */
export async function describeProblem(
  { cluster, evidenceFolder }: Pick<DeploymentContext, 'cluster' | 'evidenceFolder'>,
  { bundle, deployment, since }: Release,
  {
    failure,
    ...seen
  }: {
    readonly failure: SlipwayError;
    readonly finding: Finding;
    readonly snapshot: Snapshot;
  },
): Promise<ReleaseProblem> {
  const evidence = await collectEvidence(cluster, seen, {
    title: `${bundle.config.service} ${bundle.config.version}`,
    folder: join(evidenceFolder, deployment),
    since,
  });
  return { failure, fault: seen.finding.fault, evidence };
}
