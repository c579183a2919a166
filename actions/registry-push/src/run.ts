import { addEvidence, readEvidenceFiles, type AddedEvidence } from '@slipway/flow/evidence';
import type { Runtime } from '@slipway/flow/runtime';
import { openLayout, pushImage, type PushResult } from '@slipway/io/registry';
import type { Inputs } from './inputs.js';
import { planPush } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly pushed: PushResult;
  readonly evidence: readonly AddedEvidence[];
  readonly durationMs: number;
}

/** Proves the layout first, and that the evidence is about it: nothing is sent where either is wrong. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger, signal } = runtime;
  const startedMs = clock.monotonicMs();
  const { folder, layout: options, push, sentence } = planPush(inputs, runtime.workspace);
  logger.info(sentence);
  const layout = await openLayout(folder, options);
  const files = await readEvidenceFiles(runtime.workspace, inputs.evidence);
  const { image, evidence } = addEvidence(layout, files);
  const client = await runtime.openRegistry(inputs.registry);
  try {
    const pushed = await logger.group('Blobs, manifests and tags', () =>
      pushImage(client, image, inputs.image, { ...push, logger, clock, signal }),
    );
    return { inputs, pushed, evidence, durationMs: clock.monotonicMs() - startedMs };
  } finally {
    client.close();
  }
}
