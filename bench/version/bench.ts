import { formatJudgement } from '../report/index.js';
import { median } from '../instruments/index.js';
import {
  questions,
  type Question,
  type ToolName,
  type VersionResult,
  type VersionRun,
} from './cases.js';
import { judgeResults } from './limits.js';
import { parseOptions } from './options.js';
import { writeResult } from './result-file.js';
import { openStage, type Stage } from './stage.js';
import { formatTable } from './table.js';
import { findCommand, type Command } from './tools.js';

/**
 * `npm run bench -- version [--commits n] [--rounds n] [--peer name]`: the version of a commit in a repository of 100,000
 * commits and 3,000 tags, and in one of 200 services; beside git alone and what npm has. Prints a table, and a
 * line of JSON last.
 *
 * @throws Error in one sentence
 */
export async function runVersionBench(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const stage = await openStage(options, say);
  try {
    const tools: readonly ToolName[] = ['ours', 'git', ...options.peers];
    const results = await runRounds(stage, tools, options.rounds);
    const judged = judgeResults(results);
    const table = formatTable(results, judged);
    const file = options.isWhole ? `\n\n${writeResult(table, options.rounds)}` : '';
    process.stdout.write(`${table}${file}\n\n${formatJudgement('version', judged)}\n`);
  } finally {
    await stage.end();
  }
}

/** Everybody once in each round, each time somebody else first; the first round is discarded. */
async function runRounds(
  stage: Stage,
  tools: readonly ToolName[],
  rounds: number,
): Promise<readonly VersionResult[]> {
  const turns = questions.flatMap((question) =>
    tools.flatMap((tool) => {
      const command = findCommand(tool, question, stage.places);
      return command === undefined ? [] : [{ question, tool, command }];
    }),
  );
  const runs: VersionRun[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % turns.length;
    for (const turn of [...turns.slice(first), ...turns.slice(0, first)]) {
      const run = await measure(stage, turn);
      if (round > 0) runs.push(run);
    }
    say(`round ${round} of ${rounds}`);
  }
  return turns.map(({ question, tool }) => {
    const own = runs.filter((run) => run.question === question && run.tool === tool);
    const wallMs = median(own.map((run) => run.wallMs));
    return { question, tool, wallMs, peakBytes: median(own.map((run) => run.peakBytes)) };
  });
}

async function measure(
  { stopwatch }: Stage,
  { question, tool, command }: { question: Question; tool: ToolName; command: Command },
): Promise<VersionRun> {
  const { wallMs, peakBytes, exitCode, stderr, stdout } = await stopwatch.measure(command);
  if (exitCode === 0) return { question, tool, wallMs, peakBytes };
  throw new Error(`${tool} does not answer “${question}”: ${stderr.trim() || stdout.slice(-500)}`);
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
