import { SlipwayError } from '@slipway/core/errors';
import { formatReference, type Digest } from '@slipway/core/image-ref';
import { fetchEvidence } from '../evidence/index.js';
import { readLiveServices } from '../live/index.js';
import { emptyOutcome, type GateContext, type GateOutcome, type GateSubject } from './gate.js';
import { judgeEvidence, type IntegrationResult } from './judge-evidence.js';
import { findDrift, planPlaces } from './neighbours.js';

export interface VerifyRequest extends GateSubject {
  /** No limit when absent. */
  readonly maxAgeMs?: number;
  /** What becomes of evidence against neighbours that are no longer what is live. */
  readonly neighbourDrift: 'report' | 'refuse';
}

/**
 * Whether an image has integration evidence that counts, from the registry alone: the newest of the
 * environment passed, is young enough, and its neighbours are live still.
 *
 * @throws SlipwayError of the registry: without an answer there is no verdict
 */
export async function verifyGate(
  context: GateContext,
  request: VerifyRequest,
): Promise<GateOutcome> {
  const { place, candidate, neighbours: choice, neighbourDrift, maxAgeMs } = request;
  const { client, clock, logger } = context;
  const { repository, digest } = candidate;
  const verdict = judgeEvidence(await fetchEvidence(client, repository, digest, logger), {
    environment: place.environment,
    now: clock.now(),
    mustName: choice === 'related' ? [] : choice,
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  });
  if (verdict.state === 'missing') {
    return { ...emptyOutcome('inconclusive'), failure: missing(request, verdict.sentence) };
  }
  const found = describe(verdict.digest, verdict.result);
  if (verdict.state !== 'passed') {
    const status = verdict.state === 'failed' ? 'failed' : 'inconclusive';
    return { ...found, status, failure: missing(request, verdict.sentence) };
  }
  const drift = await readDrift(context, request, verdict.result);
  if (drift.length === 0) return { ...found, status: 'passed' };
  const sentence = `what it was tested against is no longer live: ${drift.join('; ')}`;
  if (neighbourDrift === 'refuse') {
    return { ...found, status: 'inconclusive', failure: missing(request, sentence) };
  }
  logger.warning(sentence);
  return { ...found, status: 'passed', notes: [sentence] };
}

function describe(
  evidence: Digest,
  { neighbours = {}, tests }: IntegrationResult,
): Omit<GateOutcome, 'status'> {
  return {
    ...emptyOutcome('inconclusive'),
    evidence,
    neighbours: Object.entries(neighbours).map(([service, image]) => ({ service, image })),
    ...(tests === undefined ? {} : { counts: tests }),
  };
}

async function readDrift(
  context: GateContext,
  { place, system }: VerifyRequest,
  { neighbours = {} }: IntegrationResult,
): Promise<readonly string[]> {
  const [, ...places] = planPlaces(place, system, Object.keys(neighbours));
  return findDrift(neighbours, await readLiveServices(places, context));
}

function missing({ candidate, place }: VerifyRequest, sentence: string): SlipwayError {
  const image = formatReference(candidate);
  return new SlipwayError('evidence-missing', `${image} has not passed the gate: ${sentence}`, {
    fix: `Run integration-gate for this very digest in ${place.environment}, with the neighbours that are live now.`,
  });
}
