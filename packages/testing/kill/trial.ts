import { chooseReturn, knownGoodSince, liveAttempt } from '@slipway/core/release';
import { systemClock } from '@slipway/io/clock';
import type { KillCase, Next, Scenario } from './cases.js';
import { expectNext, findGap, type Start } from './expectation.js';
import { describeRequest } from './gate.js';
import { judgeKilled, judgeNext, judgeRest } from './judge.js';
import { Lane, type Command, type LaneRun } from './lane.js';
import { lookAtService } from './look.js';
import type { KillStage } from './stage.js';

/** One kill, for the table. */
export interface KillTrial {
  /** The request after which it was killed: `PUT registry …`; or that it ended before. */
  readonly request: string;
  readonly served: string;
  readonly ledger: string;
  readonly next: string;
  /** What is not as it must be; nothing when all is. */
  readonly problems: readonly string[];
}

/**
 * A new lane, at the point where every scenario can begin, with its client calling.
 *
 * @param name lower-case letters, digits and “-”
 */
export async function openLane(stage: KillStage, name: string): Promise<Lane> {
  const lane = new Lane(stage, name);
  await prepareLane(lane);
  await lane.startClient();
  return lane;
}

/** Brings a lane to where a scenario begins: a known good release, and one more to go back to. */
async function prepareLane(lane: Lane): Promise<Start> {
  for (let deployments = 0; deployments < 4; deployments += 1) {
    const start = await tryReadStart(lane);
    if (start !== undefined) return start;
    const { exitCode, log } = await runThrough(lane, deployOf(lane, 'deploy'));
    if (exitCode !== 0) throw new Error(`the lane cannot be prepared:\n${log}`);
  }
  throw new Error('the lane cannot be prepared');
}

async function tryReadStart(lane: Lane): Promise<Start | undefined> {
  const record = await lane.readRecord();
  const live = liveAttempt(record.state);
  if (live === undefined || knownGoodSince(record.state, live.bundle) === undefined) {
    return undefined;
  }
  const choice = chooseReturn(record.state, {
    leaving: live.bundle,
    to: 'last-known-good',
    override: false,
    now: systemClock.now().toISOString(),
  });
  if (choice.state === 'none') return undefined;
  return { record, live: live.version, previous: choice.attempt.version };
}

/** A run, how often it had to be begun again, and all that was said. */
interface Through extends LaneRun {
  readonly losses: number;
}

/**
 * On a machine that is much too busy a run may lose its Lease; it says that it can be run again, and so it is.
 * A row tells how often.
 */
async function runThrough(lane: Lane, command: Command): Promise<Through> {
  let log = '';
  for (let losses = 0; ; losses += 1) {
    const run = await lane.run(command);
    log += run.log;
    if (run.outputs['failure-code'] !== 'lock-lost' || losses === 3) return { ...run, log, losses };
  }
}

/** What a scenario runs, with a release that was never deployed before. */
export function commandOf(lane: Lane, scenario: Scenario): Command {
  return scenario === 'rollback' ? { verb: 'rollback' } : deployOf(lane, scenario);
}

function deployOf(lane: Lane, scenario: Exclude<Scenario, 'rollback'>): Command {
  const isGood = scenario === 'deploy';
  return { verb: 'k8s-deploy', release: lane.newRelease(isGood ? 'serve' : scenario, isGood) };
}

/** Kills a run at its point, looks, lets the next run come, and looks again. */
export async function runKillTrial(lane: Lane, killCase: KillCase): Promise<KillTrial> {
  const start = await prepareLane(lane);
  const tally = await lane.client.tally();
  const command = commandOf(lane, killCase.scenario);
  const killed = await lane.run(command, killCase.point);
  const served = await lookAtService(lane.client);
  const record = await lane.readRecord();
  const problems = [...(await judgeKilled(lane, { start, killed, record, command, served }))];
  const post = killCase.hasPost && killed.isKilled ? await lane.runPost(killed) : undefined;
  const other = lane.newRelease('serve');
  const expected = expectNext(killCase, start, { command, record }, other);
  const next = await runThrough(lane, expected.command);
  const gap = findGap(record);
  problems.push(...(await judgeNext(lane, { record, gap, post, expected, next })));
  const isLeftOpen = next.outputs['status'] === 'refused' && gap !== undefined;
  const rest = isLeftOpen ? await runThrough(lane, { verb: 'rollback' }) : next;
  if (isLeftOpen && rest.exitCode !== 0) problems.push(`the rollback failed: ${rest.log}`);
  problems.push(...(await judgeRest(lane, { killed, rest, live: expected.live })));
  const { failed, failures } = await lane.client.tally();
  if (failed > tally.failed)
    problems.push(`${failed - tally.failed} calls failed: ${failures.join('; ')}`);
  return {
    request: describePoint(killCase, killed),
    served: served.join(', '),
    ledger: record.links.slice(start.record.links.length).at(-1)?.event.kind ?? 'nothing new',
    next: describeNext(expected.next, post, next, rest),
    problems,
  };
}

function describePoint({ point, scenario }: KillCase, { isKilled, requests }: LaneRun): string {
  const last = requests[point.request - 1];
  if (!isKilled || last === undefined) return `ended by itself after ${requests.length} requests`;
  return `${scenario} ${point.request}: ${describeRequest(last)}, ${point.moment}`;
}

function describeNext(next: Next, post: LaneRun | undefined, run: Through, rest: Through): string {
  const tell = ({ losses, outputs }: Through): string =>
    `${'Lease lost, '.repeat(losses)}${outputs['status'] ?? 'nothing'}`;
  const marked = post === undefined ? [] : ['post'];
  const restored = rest === run ? [] : [`rollback: ${tell(rest)}`];
  return [...marked, `${next}: ${tell(run)}`, ...restored].join(', ');
}
