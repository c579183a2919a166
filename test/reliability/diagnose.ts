import { formatDuration } from '@slipway/core/duration';
import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import {
  diagnoseRows,
  openDiagnoseStage,
  runRow,
  type DiagnoseRow,
  type DiagnoseStage,
  type RowResult,
} from '@slipway/testing/diagnose';
import { readLabKubeconfig } from '@slipway/lab/parts';
import { createRandom } from '@slipway/testing/random';

/** More at once, and the one node of the lab falls behind with what it reports. */
const atOnce = 5;
const requestsPerSecond = 50;

type Print = (line: string) => void;

/**
 * `npm run reliability -- diagnose`: a release for every way to fail, and for what only looks like it, through
 * the whole path on the real cluster; what is said, how soon, and what a client saw.
 *
 * @param trials so many of all rows, chosen by the seed
 */
export async function runDiagnose(seed: number, trials: number, print: Print): Promise<boolean> {
  const started = systemClock.monotonicMs();
  const isOwn = readLabKubeconfig(process.env) === undefined;
  const possible = diagnoseRows.filter(({ needsOwnCluster }) => isOwn || needsOwnCluster !== true);
  for (const { name } of diagnoseRows.filter((row) => !possible.includes(row)))
    print(`left out, because the cluster is not the lab’s own: ${name}`);
  const rows = trials >= possible.length ? possible : choose(possible, createRandom(seed), trials);
  print(
    `${rows.length} rows, ${atOnce} at once; a client sends ${requestsPerSecond} requests/s to each`,
  );
  print('  row | ended | code | verdict after apply, after the signal | client failed/sent');
  const results = await runRows(rows, { isTimed: true, requestsPerSecond }, (result) => {
    for (const line of formatRow(result)) print(line);
  });
  const wrong = results.filter(({ problems }) => problems.length > 0).length;
  print(`in ${formatDuration(systemClock.monotonicMs() - started)}`);
  print(`diagnose: ${results.length - wrong} passed, ${wrong} failed`);
  return wrong === 0 && results.length === rows.length;
}

/** Several at once, each in a namespace of its own. */
export async function runRows(
  rows: readonly DiagnoseRow[],
  options: Parameters<typeof runRow>[2],
  tell: (result: RowResult) => void,
): Promise<readonly RowResult[]> {
  const stage = await openDiagnoseStage('diagnose');
  const results: RowResult[] = [];
  const alone = rows.filter(({ isAlone }) => isAlone === true);
  const left = rows.filter((row) => !alone.includes(row)).values();
  const workOn = async (some: Iterable<DiagnoseRow>): Promise<void> => {
    for (const row of some) {
      const result = await tryRow(stage, row, options);
      results.push(result);
      tell(result);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, () => workOn(left)));
    await workOn(alone);
  } finally {
    await stage.close();
  }
  return results;
}

async function tryRow(
  stage: DiagnoseStage,
  row: DiagnoseRow,
  options: Parameters<typeof runRow>[2],
): Promise<RowResult> {
  try {
    return await runRow(stage, row, options);
  } catch (error) {
    const client = { requests: 0, failed: 0, failures: [] };
    const nothing = { status: '?', code: '?', sentence: '', applyToVerdictMs: 0, client };
    return { row: row.name, ...nothing, problems: [describeError(error)], lines: [] };
  }
}

function formatRow(result: RowResult): readonly string[] {
  const { row, status, code, sentence, client, problems, lines } = result;
  const { applyToVerdictMs, visibleToVerdictMs } = result;
  const times = [applyToVerdictMs, visibleToVerdictMs].map((ms) =>
    ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`,
  );
  const told = [row, status, code || '–', times.join(', '), `${client.failed}/${client.requests}`];
  return [
    `${problems.length === 0 ? '✔' : '✘'} ${told.join(' | ')}`,
    ...(sentence === '' ? [] : [`    ${sentence}`]),
    ...problems.map((problem) => `    problem: ${problem}`),
    ...(problems.length === 0 ? [] : lines.slice(-30).map((line) => `      ${line}`)),
  ];
}

function choose(
  rows: readonly DiagnoseRow[],
  random: () => number,
  count: number,
): readonly DiagnoseRow[] {
  return rows
    .map((each) => ({ each, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ each }) => each);
}
