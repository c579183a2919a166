import { findApplied, knownGoodSince, liveAttempt } from '@slipway/core/release';
import { systemClock } from '@slipway/io/clock';
import { liveVersion, type Expectation, type Gap, type Start } from './expectation.js';
import { environment, type Command, type Lane, type LaneRecord, type LaneRun } from './lane.js';
import { findProcesses, lookAtService } from './look.js';
import { migrationOf, settingsOf } from './release.js';

/** Ten times what it usually takes until the pods of before are gone. */
const restMs = 60_000;

interface Killed {
  readonly start: Start;
  readonly killed: LaneRun;
  readonly command: Command;
  readonly record: LaneRecord;
  /** The releases that answered after the kill. */
  readonly served: readonly string[];
}

/** What must hold the moment after: a whole chain without loss, and a service that answers as before or anew. */
export async function judgeKilled(
  lane: Lane,
  { start, killed, command, record, served }: Killed,
): Promise<readonly string[]> {
  const { lease } = await lane.look();
  const fresh = command.verb === 'rollback' ? start.previous : command.release.version;
  const strangers = served.filter((version) => version !== start.live && version !== fresh);
  const left = await settle(() => Promise.resolve(findProcesses(killed.plan.folder)));
  return [
    ...(killed.isStuck ? ['the run did not end'] : []),
    ...strangers.map((version) => `${version} answers after the kill`),
    ...judgeChain(start.record, record),
    ...findLost(killed, record, lease.acknowledged),
    ...left.map((line) => `a process is left: ${line}`),
  ];
}

/** Nothing of what was there before is lost or changed, and the chain is whole. */
function judgeChain(before: LaneRecord, after: LaneRecord): readonly string[] {
  const changed = before.links.filter(({ digest }, index) => after.links[index]?.digest !== digest);
  return [
    ...(after.fault === undefined ? [] : [after.fault]),
    ...changed.map(({ tag }) => `the event ${tag} was lost or changed`),
  ];
}

/** Events that the registry or the Lease have acknowledged, and that are not in the chain. */
function findLost(
  { requests }: LaneRun,
  { links }: LaneRecord,
  acknowledged: string | undefined,
): readonly string[] {
  const tag = new RegExp(`/manifests/(?<tag>${environment}\\.\\d{8})$`);
  const written = requests
    .filter(({ method, status }) => method === 'PUT' && status === 201)
    .flatMap(({ path }) => tag.exec(path)?.groups?.['tag'] ?? []);
  const known = new Set(links.map((link) => link.tag));
  const { sequence, digest } =
    /\.(?<sequence>\d+)@(?<digest>.+)$/.exec(acknowledged ?? '')?.groups ?? {};
  const isKept = acknowledged === undefined || links[Number(sequence) - 1]?.digest === digest;
  return [
    ...written.filter((each) => !known.has(each)).map((each) => `the event ${each} was lost`),
    ...(isKept ? [] : [`the Lease knows ${acknowledged}, and the ledger does not`]),
  ];
}

interface Followed {
  readonly record: LaneRecord;
  readonly gap: Gap;
  readonly post: LaneRun | undefined;
  readonly expected: Expectation;
  readonly next: LaneRun;
}

/** What the next run says of it. */
const sentences: Readonly<Record<Exclude<Gap, undefined>, string>> = {
  unfinished: 'was left unfinished by a run that ended; it is recorded as abandoned',
  'not taken back': 'not taken back',
};

/** What the run after a kill must do and say. */
export async function judgeNext(
  lane: Lane,
  { record, gap, post, expected, next }: Followed,
): Promise<readonly string[]> {
  const after = await lane.readRecord();
  const status = next.outputs['status'] ?? 'nothing';
  const said = `${post?.log ?? ''}${next.log}`;
  const isGood = ['succeeded', 'unchanged'].includes(status);
  return [
    ...(next.isStuck ? ['the next run did not end'] : []),
    ...(post !== undefined && post.exitCode !== 0 ? [`the post step failed: ${post.log}`] : []),
    ...(expected.statuses.includes(status) && (next.exitCode === 0) === isGood
      ? []
      : [`the next run ended with ${status}, not ${expected.statuses.join(' or ')}: ${next.log}`]),
    ...(gap === undefined || said.includes(sentences[gap])
      ? []
      : [`nobody says that it is ${gap}`]),
    ...judgeChain(record, after),
  ];
}

interface Rest {
  readonly killed: LaneRun;
  /** The last run. */
  readonly rest: LaneRun;
  /** The version that must be live. */
  readonly live: string;
}

/** What must hold in the end: what the ledger says is live runs, serves, and nothing else is there. */
export async function judgeRest(
  lane: Lane,
  { killed, rest, live }: Rest,
): Promise<readonly string[]> {
  const { state } = await lane.readRecord();
  const attempt = liveAttempt(state);
  const isGood = attempt !== undefined && knownGoodSince(state, attempt.bundle) !== undefined;
  const unsaid = state.attempts.filter(
    ({ deployment, outcome }) => deployment !== state.live && outcome === 'verified',
  );
  const served = await lookAtService(lane.client);
  const left = [killed, rest].flatMap(({ plan }) => findProcesses(plan.folder));
  return [
    ...(liveVersion(state) === live ? [] : [`${liveVersion(state)} is live, not ${live}`]),
    ...(isGood ? [] : [`${liveVersion(state)} is not known good`]),
    ...(state.inProgress === undefined ? [] : [`${state.inProgress} is still in progress`]),
    ...(state.appliedSince.length === 0 ? [] : ['something was applied since']),
    ...(findApplied(state) === attempt ? [] : ['the way back is not recorded']),
    ...unsaid.map(({ version, outcome }) => `${version} was replaced, and is still ${outcome}`),
    ...(served.join() === live ? [] : [`${served.join(', ')} answers, not ${live}`]),
    ...(await lane.verify()),
    ...(await settle(() => findLeftovers(lane, live))),
    ...left.map((line) => `a process is left: ${line}`),
  ];
}

/** What is in the namespace although the live release has it not, and what is not there although it has. */
async function findLeftovers(lane: Lane, live: string): Promise<readonly string[]> {
  const { configMaps, jobs, pods, lease } = await lane.look();
  const foreign = [
    ...configMaps.filter((name) => name !== settingsOf(live)).map((name) => `ConfigMap ${name}`),
    ...jobs.filter((name) => name !== migrationOf(live)).map((name) => `Job ${name}`),
    ...pods
      .filter((release) => release !== live && release !== 'of a Job')
      .map((release) => `a pod of ${release}`),
  ];
  return [
    ...foreign.map((each) => `left behind: ${each}`),
    ...(configMaps.includes(settingsOf(live)) ? [] : [`no ConfigMap ${settingsOf(live)}`]),
    ...(lease.holder === '' ? [] : [`the Lease is held by ${lease.holder}`]),
  ];
}

/** What is still wrong after a while: pods and processes end a moment later than what ended them. */
async function settle(find: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const deadlineMs = systemClock.monotonicMs() + restMs;
  for (;;) {
    const found = await find();
    if (found.length === 0 || systemClock.monotonicMs() > deadlineMs) return found;
    await systemClock.sleep(250);
  }
}
