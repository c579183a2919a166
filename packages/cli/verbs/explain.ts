import { invalidInput, type SlipwayError } from '@slipway/core/errors';
import {
  chooseReturn,
  findApplied,
  formatLiveTime,
  isQuarantined,
  knownGoodSince,
  tellDeployments,
  type ChainLink,
  type DeploymentStory,
  type LedgerState,
} from '@slipway/core/release';
import type { ActionDefinition, Report, Runtime } from '@slipway/flow/runtime';
import { readRecord, readRecordInputs, type RecordInputs } from './record-inputs.js';
import { formatTime } from './table.js';

interface Inputs extends RecordInputs {
  readonly version: string;
}

interface Explanation {
  readonly stories: readonly DeploymentStory[];
  readonly verdicts: readonly string[];
}

async function run({ version, ...inputs }: Inputs, runtime: Runtime): Promise<Explanation> {
  const { service, environment } = inputs.place;
  const links = await readRecord(inputs, runtime);
  const stories = tellDeployments(links).filter((story) => isMeant(story, version));
  const state = links.at(-1)?.event.state;
  if (state === undefined || stories.length === 0) throw unknownVersion(version, links);
  const now = runtime.clock.now().toISOString();
  const verdicts = explainVersion(stories, state, now);
  runtime.logger.info(`${service} ${version} in ${environment}`);
  for (const line of [...formatStories(stories), '', ...verdicts]) runtime.logger.info(line);
  return { stories, verdicts };
}

function isMeant({ version, bundle }: DeploymentStory, wanted: string): boolean {
  return version === wanted || bundle === wanted;
}

function unknownVersion(version: string, links: readonly ChainLink[]): SlipwayError {
  const versions = [...new Set(tellDeployments(links).map((story) => story.version))];
  const known = versions.length === 0 ? 'none' : versions.slice(0, 10).join(', ');
  return invalidInput([
    {
      subject: 'version',
      given: version,
      expected: `a version that was deployed here, newest first: ${known}`,
      fix: 'slipway history lists them all.',
    },
  ]);
}

/** Every attempt with a version, oldest first: who, in which run, and what became of it. */
export function formatStories(stories: readonly DeploymentStory[]): readonly string[] {
  return stories
    .toReversed()
    .flatMap(({ deployment, intent, bundle, image, by, runUrl, lines }) => [
      '',
      `${deployment}: ${intent} by ${by}${runUrl === '' ? '' : ` (${runUrl})`}`,
      `  bundle ${bundle}`,
      `  image  ${image}`,
      ...lines.map(({ at, text }) => `  ${formatTime(at)}  ${text}`),
    ]);
}

/**
 * What a version is worth, a sentence each: whether it is live, for how long it was, whether it is good and why,
 * and whether it can be deployed or gone back to.
 *
 * @param stories of one version, newest first
 * @param now RFC 3339
 */
export function explainVersion(
  stories: readonly DeploymentStory[],
  state: LedgerState,
  now: string,
): readonly string[] {
  const [newest] = stories;
  if (newest === undefined) return [];
  const { version, bundle, image } = newest;
  const isLive = stories.some(({ deployment }) => deployment === state.live);
  const times = stories
    .filter(({ liveSince }) => liveSince !== undefined)
    .map((story) => formatLiveTime(story, now))
    .toReversed();
  const good = knownGoodSince(state, bundle);
  const quarantine = isQuarantined(state, bundle, image);
  const leaving = findApplied(state)?.bundle ?? bundle;
  const back = chooseReturn(state, { leaving, to: version, override: false, now });
  return [
    isLive ? `It is live.` : times.length === 0 ? 'It was never live here.' : 'It is not live now.',
    ...(times.length === 0 ? [] : [`It was live for ${times.join(', then for ')}.`]),
    good === undefined
      ? `It is not known good: ${describeLack(newest)}.`
      : `It is known good since ${formatTime(good)}.`,
    ...(quarantine === undefined
      ? []
      : [
          `It is quarantined since ${formatTime(quarantine.at)} (${quarantine.reason}): only override-reason deploys it again.`,
        ]),
    ...(state.hold === undefined
      ? []
      : [`Deployments are held by ${state.hold.actor}: ${state.hold.reason}.`]),
    back.state === 'chosen'
      ? `A rollback can go to it: ${back.explanation}.`
      : `A rollback does not go to it: ${back.explanation}.`,
  ];
}

function describeLack({ outcome, why }: DeploymentStory): string {
  if (outcome === 'verified') return 'it was verified, and its soak was not judged yet';
  if (outcome === 'superseded') return 'something else took its place before its soak was judged';
  if (outcome === 'adopted') return 'it ran here before the record began';
  if (outcome === 'started' || outcome === 'available') {
    return `its deployment is ${outcome} and has not ended`;
  }
  return why === '' ? outcome : `${outcome}, ${why}`;
}

function report({ stories, verdicts }: Explanation): Report {
  return {
    outputs: { deployments: JSON.stringify(stories), verdicts: JSON.stringify(verdicts) },
    summary: '',
  };
}

/** `slipway explain`: what became of one version, why, and what it is worth now. */
export const explain = {
  name: 'explain',
  outputs: { deployments: '[]', verdicts: '[]' },
  readInputs: (read) => ({
    ...readRecordInputs(read),
    version: read.required('version', (text) => text),
  }),
  run,
  report,
} satisfies ActionDefinition<Inputs, Explanation>;
