import { join } from 'node:path';
import { SlipwayError, describeError } from '@slipway/core/errors';
import { parseRepository, parseTag } from '@slipway/core/image-ref';
import {
  copyImage,
  openLayout,
  pushImage,
  type Descriptor,
  type RegistryClient,
} from '@slipway/io/registry';
import type { TestRegistry } from '@slipway/lab/test-registry';
import { createManualClock } from '../clock/index.js';
import {
  TestContent,
  findDifferences,
  findIncompleteTags,
  putContent,
  readTag,
  writeContent,
} from '../content/index.js';
import { createRecordingLogger } from '../logger/index.js';
import {
  openTestClient,
  planFaults,
  startRegistryProxy,
  type RegistryProxy,
} from '../registry/index.js';
import { describeFault, type FaultCase } from './cases.js';
import { user, type FaultStage } from './stage.js';

const tag = parseTag('1.4.0');
/** In real time: nothing else in a trial waits. */
const idleTimeoutMs = 400;

export interface FaultTrial {
  /** `complete`, or the sentence that the push or copy ended with. */
  readonly outcome: string;
  /** What is not as it must be; nothing when all is. */
  readonly problems: readonly string[];
}

interface Scene {
  readonly content: TestContent;
  readonly root: Descriptor;
  readonly from: string;
  readonly to: string;
}

/** Pushes or copies an image while something goes wrong, and looks at what became of it. */
export async function runFaultTrial(faultCase: FaultCase, stage: FaultStage): Promise<FaultTrial> {
  const scene = buildScene(stage.next());
  const isInside = faultCase.verb === 'copy inside one registry';
  const origin = isInside ? stage.target : stage.source;
  if (faultCase.verb !== 'push') await putContent(origin, scene.from, scene.content);
  const challenge = describeChallenge(faultCase.position, stage, scene);
  const { side, rule } = describeFault(faultCase, { challenge, store: stage.store.origin });
  const faultOf = planFaults([rule]);
  const [source, target] = await Promise.all([
    startRegistryProxy(origin, side === 'source' ? faultOf : () => undefined),
    startRegistryProxy(stage.target, side === 'target' ? faultOf : () => undefined),
  ]);
  const before = stage.store.records.length;
  try {
    const error = await attempt(faultCase.verb, scene, stage, { source, target });
    const leaks = stage.store.records.slice(before).filter((each) => each.hasAuthorization);
    const isMet = [...source.records, ...target.records].some(({ fault }) => fault !== undefined);
    return {
      outcome: error === undefined ? 'complete' : describeError(error),
      problems: [
        ...(isMet ? [] : [`nothing went wrong: ${faultCase.position} was never asked for`]),
        ...leaks.map(({ path }) => `the other origin was shown credentials: ${path}`),
        ...judgeError(faultCase, error),
        ...(await judgeTarget(stage.target, scene, error === undefined)),
      ],
    };
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/** An index of two platforms with an artifact on each level. */
function buildScene(count: number): Scene {
  const content = new TestContent();
  const [amd64, arm64] = ['amd64', 'arm64'].map((each) =>
    content.image([`${count}`.padEnd(200_000, '.'), `${each} ${count}`], each),
  );
  if (amd64 === undefined || arm64 === undefined) throw new Error('no images');
  const root = content.index({ amd64, arm64 });
  content.artifact(root, `tested ${count}`);
  content.artifact(arm64, `scanned ${count}`);
  return { content, root, from: `faults/n${count}/from`, to: `faults/n${count}/to` };
}

/** What the registry itself would have asked for at that place. */
function describeChallenge(
  position: FaultCase['position'],
  { source, target }: FaultStage,
  { from, to }: Scene,
): string {
  const isSource = /GET|download/.test(position);
  const tokens = (isSource ? source : target).tokens;
  const scope = isSource ? `repository:${from}:pull` : `repository:${to}:pull,push`;
  return `Bearer realm="${tokens?.realm ?? ''}",service="${tokens?.service ?? ''}",scope="${scope}",error="invalid_token"`;
}

/** The error that it ended with, if it did. */
async function attempt(
  verb: FaultCase['verb'],
  { content, root, from, to }: Scene,
  { folder, next }: FaultStage,
  { source, target }: Readonly<Record<'source' | 'target', RegistryProxy>>,
): Promise<unknown> {
  const origin = verb === 'copy inside one registry' ? target : source;
  const auth = [...new Set([origin.host, target.host])].map(
    (host) => `${host} ${user.username} ${user.password}`,
  );
  const { client } = await openTestClient({ auth, idleTimeoutMs });
  const options = { isDryRun: false, logger: createRecordingLogger(), clock: createManualClock() };
  const tagging = { ...options, tags: [tag], tagPolicy: 'fail' } as const;
  const repository = parseRepository(`${target.host}/${to}`);
  const push = async (): Promise<void> => {
    const place = join(folder, `${next()}`);
    await writeContent(place, content, root);
    await pushImage(client, await openLayout(place), repository, tagging);
  };
  const copy = async (): Promise<void> => {
    const origins = parseRepository(`${origin.host}/${from}`);
    await copyImage(client, { from: origins, digest: root.digest, to: repository }, tagging);
  };
  return ended(client, verb === 'push' ? push : copy);
}

async function ended(client: RegistryClient, work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    client.close();
  }
}

function judgeError({ mustComplete, cause }: FaultCase, error: unknown): readonly string[] {
  if (error === undefined) return [];
  const sentence = describeError(error);
  if (!(error instanceof SlipwayError)) return [`not an error of ours: ${sentence}`];
  if (mustComplete) return [`it would have passed on another attempt: ${sentence}`];
  const told = sentence.replace(/https?:\/\/\S+/g, '');
  return cause.test(told) ? [] : [`the cause is not told: ${sentence}`];
}

/** A tag only on what is whole, and everything there after a success. */
async function judgeTarget(
  target: TestRegistry,
  { content, root, to }: Scene,
  isComplete: boolean,
): Promise<readonly string[]> {
  const named = await readTag(target, to, tag);
  const incomplete = await findIncompleteTags(target, to);
  if (named === undefined && !isComplete) return incomplete;
  const wrong = named === root.digest ? [] : [`the tag names ${named ?? 'nothing'}`];
  return [...incomplete, ...wrong, ...(await findDifferences(target, to, content))];
}
