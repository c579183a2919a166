import { formatDuration } from '@slipway/core/duration';
import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { openLab } from '@slipway/lab/parts';
import {
  benignRows,
  openDiagnoseStage,
  openPeers,
  runPeer,
  runRow,
  type DiagnoseRow,
  type DiagnoseStage,
  type Peer,
} from '@slipway/testing/diagnose';

/** More at once, and the one node of the lab falls behind with what it reports. */
const atOnce = 5;

type Print = (line: string) => void;

/** One release by one tool. */
interface Task {
  readonly row: DiagnoseRow;
  readonly tool: string;
  readonly run: (stage: DiagnoseStage) => Promise<Verdict>;
}

interface Verdict {
  readonly isGood: boolean;
  readonly said: string;
  readonly tookMs: number;
}

const ours = 'Slipway';

/**
 * `npm run reliability -- rollout`: releases with which nothing is wrong, although it may look so: none may be
 * called bad. Beside it, what other tools make of the same releases; only Slipway is judged.
 *
 * @param trials so many releases by Slipway; by each other tool, one of each kind
 */
export async function runRollout(trials: number, print: Print): Promise<boolean> {
  const lab = await openLab({ log: print });
  const stage = await openDiagnoseStage('rollout');
  const verdicts = new Map<Task, Verdict>();
  try {
    const tasks = listTasks(trials, await openPeers(lab));
    print(
      `${trials} releases by Slipway, and ${tasks.length - trials} by others, ${atOnce} at once`,
    );
    const left = tasks.values();
    const work = async (): Promise<void> => {
      for (const task of left) {
        const verdict = await tryTask(stage, task);
        verdicts.set(task, verdict);
        if (!verdict.isGood) print(`  ${task.tool}, ${task.row.name}: ${describe(verdict)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    await stage.close();
    await lab.close();
  }
  for (const line of formatTable(verdicts)) print(line);
  const own = [...verdicts].filter(([{ tool }]) => tool === ours);
  const wrong = own.filter(([, { isGood }]) => !isGood).length;
  print(`rollout: ${own.length - wrong} passed, ${wrong} false alarms`);
  return wrong === 0 && own.length === trials;
}

function listTasks(trials: number, peers: readonly Peer[]): readonly Task[] {
  const own = Array.from({ length: trials }, (_, index): Task[] => {
    const row = benignRows[index % benignRows.length];
    if (row === undefined) return [];
    return [{ row, tool: ours, run: (stage) => runOwn(stage, row) }];
  });
  const others = benignRows.flatMap((row) =>
    peers.map((peer): Task => ({
      row,
      tool: peer.name,
      run: (stage) => runPeer(stage, row, peer),
    })),
  );
  return [...own.flat(), ...others];
}

async function runOwn(stage: DiagnoseStage, row: DiagnoseRow): Promise<Verdict> {
  const result = await runRow(stage, row, { isTimed: false, requestsPerSecond: 10 });
  const { problems, applyToVerdictMs, code, sentence } = result;
  const said = problems.length === 0 ? '' : [code, sentence, ...problems].join('; ');
  return { isGood: problems.length === 0, said, tookMs: applyToVerdictMs };
}

async function tryTask(stage: DiagnoseStage, { run }: Task): Promise<Verdict> {
  const startedMs = systemClock.monotonicMs();
  try {
    return await run(stage);
  } catch (error) {
    const tookMs = systemClock.monotonicMs() - startedMs;
    return { isGood: false, said: describeError(error), tookMs };
  }
}

function describe({ isGood, said, tookMs }: Verdict): string {
  const took = formatDuration(tookMs);
  return isGood ? `good after ${took}` : `bad after ${took}: ${said.slice(0, 200)}`;
}

/** A line for each kind of release, with what each tool made of it. */
function formatTable(verdicts: ReadonlyMap<Task, Verdict>): readonly string[] {
  const byRow = Map.groupBy(verdicts, ([{ row }]) => row.name);
  return [...byRow].flatMap(([name, entries]) => {
    const byTool = Map.groupBy(entries, ([{ tool }]) => tool);
    const lines = [...byTool].map(([tool, runs]) => {
      const good = runs.filter(([, { isGood }]) => isGood).length;
      const times = runs.map(([, { tookMs }]) => tookMs).toSorted((a, b) => a - b);
      const median = formatDuration(times[Math.floor(times.length / 2)] ?? 0);
      return `    ${tool.padEnd(24)} ${good} of ${runs.length} good, median ${median}`;
    });
    return [`  ${name}`, ...lines];
  });
}
