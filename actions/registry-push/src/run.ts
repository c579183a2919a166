import { addEvidence, readEvidenceFiles, type AddedEvidence } from '@slipway/flow/evidence';
import { openSource } from '@slipway/flow/image-source';
import type { Runtime } from '@slipway/flow/runtime';
import { pushImage, type OpenedImage, type PushResult } from '@slipway/io/registry';
import type { Inputs } from './inputs.js';
import { planPush, type PushPlan } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly pushed: PushResult;
  readonly evidence: readonly AddedEvidence[];
  readonly durationMs: number;
}

/** Proves the image first, and that the evidence is about it: nothing is sent where either is wrong. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger } = runtime;
  const startedMs = clock.monotonicMs();
  const plan = planPush(inputs);
  logger.info(plan.sentence);
  const source = await openSource(plan.source, runtime);
  try {
    const result = await push(source, inputs, plan, runtime);
    return { inputs, ...result, durationMs: clock.monotonicMs() - startedMs };
  } finally {
    await source.close();
  }
}

async function push(
  source: OpenedImage,
  inputs: Inputs,
  { push: options }: PushPlan,
  runtime: Runtime,
): Promise<Pick<Result, 'pushed' | 'evidence'>> {
  const { clock, logger, signal } = runtime;
  const files = await readEvidenceFiles(runtime.workspace, inputs.evidence);
  const { image, evidence } = addEvidence(source, files);
  const client = await runtime.openRegistry(inputs.registry);
  try {
    const pushed = await logger.group('Blobs, manifests and tags', () =>
      pushImage(client, image, inputs.image, { ...options, logger, clock, signal }),
    );
    return { pushed, evidence };
  } finally {
    client.close();
  }
}
