/** The last lines of something that may write without end. */
export interface OutputTail {
  push(line: string): void;
  /** Oldest first. */
  read(): readonly string[];
}

export function createOutputTail(keep: number): OutputTail {
  const lines: string[] = [];
  return {
    push: (line) => {
      lines.push(line);
      if (lines.length > keep) lines.shift();
    },
    read: () => [...lines],
  };
}

/** Why a build failed: BuildKit's own sentence, and what the failing step wrote at last. */
export interface BuildFailure {
  readonly reason: string;
  readonly lines: readonly string[];
}

const shownLines = 20;
const rulePattern = /^-{6,}$/;
const wrapperPattern =
  /^(?:failed to (?:build|solve|receive status): |rpc error: code = \w+ desc = )+/;

/**
 * Finds in the output of a failed build what a person needs. BuildKit ends with the failing step between two
 * rules, the place in the Dockerfile, and a line `ERROR: …`; of an output that does not, the last lines are
 * shown as they are.
 *
 * @example explainBuildFailure(['…', 'ERROR: failed to solve: no such stage']).reason // 'no such stage'
 */
export function explainBuildFailure(output: readonly string[]): BuildFailure {
  const told = output.findLast((line) => line.startsWith('ERROR: ')) ?? output.findLast(isText);
  const reason = (told ?? 'it ended without a word')
    .replace(/^ERROR: /, '')
    .replace(wrapperPattern, '');
  const first = output.findIndex(
    (line, index) => rulePattern.test(line) && output[index + 1]?.startsWith(' > ') === true,
  );
  const last = output.findIndex((line, index) => index > first && rulePattern.test(line));
  const step = first === -1 || last === -1 ? [] : output.slice(first + 1, last);
  const lines = step.length > 0 ? step : output.filter(isText).slice(-shownLines);
  return { reason, lines: [...lines.slice(0, 1), ...lines.slice(1).slice(-shownLines)] };
}

function isText(line: string): boolean {
  return line.trim() !== '';
}
