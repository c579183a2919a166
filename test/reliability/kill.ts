import { describeError } from '@slipway/core/errors';
import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import {
  commandOf,
  listCases,
  openKillStage,
  openLane,
  runKillTrial,
  scenarios,
  type KillCase,
  type KillStage,
  type KillTrial,
  type Lane,
} from '@slipway/testing/kill';
import { createRandom } from '@slipway/testing/random';

/** Side by side: most of a trial is waiting for the Lease of the dead. */
const laneCount = 12;

type Print = (line: string) => void;

/**
 * `npm run reliability -- kill`: SIGKILL after every single request of a deployment and of a rollback, and for
 * those that write also while they are on their way; then the next run. A row for each.
 *
 * @param trials so many of all, chosen by the seed
 * @param actions the folder of the packaged actions; the committed ones unless told
 */
export async function runKill(
  seed: number,
  trials: number,
  print: Print,
  actions?: string,
): Promise<boolean> {
  const started = systemClock.monotonicMs();
  const stage = await openKillStage(actions);
  try {
    const all = await countRequests(stage, seed, print);
    const cases = trials >= all.length ? all : choose(createRandom(seed), all, trials);
    print(`seed ${seed}: ${cases.length} of ${all.length} cases, ${laneCount} side by side`);
    const ended = await runCases(stage, cases, print);
    for (const line of countAll(ended)) print(line);
    const wrong = ended.filter(({ problems }) => problems.length > 0).length;
    print(`in ${formatDuration(systemClock.monotonicMs() - started)}`);
    print(`kill: ${ended.length - wrong} passed, ${wrong} failed`);
    return wrong === 0 && ended.length === cases.length;
  } finally {
    await stage.close();
  }
}

/** Runs each scenario once without a kill: every request of it is a case. */
async function countRequests(
  stage: KillStage,
  seed: number,
  print: Print,
): Promise<readonly KillCase[]> {
  const counted = scenarios.map(async (scenario) => {
    const lane = await openLane(stage, `count-${scenario}`);
    try {
      const { requests, outputs } = await lane.run(commandOf(lane, scenario));
      print(`${scenario}: ${requests.length} requests, ${outputs['status'] ?? 'no status'}`);
      return listCases(scenario, requests, seed);
    } finally {
      await lane.close();
    }
  });
  return (await Promise.all(counted)).flat();
}

function choose(
  random: () => number,
  all: readonly KillCase[],
  count: number,
): readonly KillCase[] {
  return all
    .map((each) => ({ each, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ each }) => each);
}

/** Each lane takes the next case that is left; one in which something went wrong is given up for a new one. */
async function runCases(
  stage: KillStage,
  cases: readonly KillCase[],
  print: Print,
): Promise<readonly KillTrial[]> {
  const ended: KillTrial[] = [];
  const left = cases.values();
  const work = async (lane: string): Promise<void> => {
    for (let count = 1; ; count += 1) {
      const trials = await runLane(stage, `${lane}-${count}`, left, (trial) => {
        ended.push(trial);
        for (const line of formatRow(trial, ended.length, cases.length)) print(line);
      });
      if (trials === 'all done') return;
    }
  };
  const count = Math.min(laneCount, cases.length);
  await Promise.all(Array.from({ length: count }, (_, index) => work(`lane${index + 1}`)));
  return ended;
}

async function runLane(
  stage: KillStage,
  name: string,
  left: Iterator<KillCase>,
  tell: (trial: KillTrial) => void,
): Promise<'all done' | 'given up'> {
  let lane: Lane | undefined;
  try {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      const trial = await tryTrial(next.value, async () => (lane ??= await openLane(stage, name)));
      tell(trial);
      if (trial.problems.length > 0) return 'given up';
    }
    return 'all done';
  } finally {
    await lane?.close();
  }
}

async function tryTrial(killCase: KillCase, open: () => Promise<Lane>): Promise<KillTrial> {
  try {
    return await runKillTrial(await open(), killCase);
  } catch (error) {
    const { scenario, point } = killCase;
    const request = `${scenario} ${point.request}, ${point.moment}`;
    return { request, served: '?', ledger: '?', next: '?', problems: [describeError(error)] };
  }
}

function formatRow(
  { request, served, ledger, next, problems }: KillTrial,
  count: number,
  all: number,
): readonly string[] {
  const mark = problems.length === 0 ? '✔' : '✘';
  const row = [request.padEnd(70), served.padEnd(16), ledger.padEnd(11), next];
  return [
    `${mark} ${`${count}/${all}`.padEnd(8)} ${row.join(' | ')}`,
    ...problems.map((problem) => `    ${problem}`),
  ];
}

/** How often each last event was met, and what came next. */
function countAll(trials: readonly KillTrial[]): readonly string[] {
  const count = (names: readonly string[]): string =>
    [...Map.groupBy(names, (name) => name)]
      .map(([name, { length }]) => `${name} ${length}`)
      .join(', ');
  return [
    `last event: ${count(trials.map(({ ledger }) => ledger))}`,
    `next run: ${count(trials.map(({ next }) => next))}`,
  ];
}
