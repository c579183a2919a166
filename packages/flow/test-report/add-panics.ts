import type { TestResults } from './read-test-reports.js';
import { firstLine, showMessage, type FailedTest } from './test-case.js';

/** Before Rust 1.73 the message stands before the place, and after it since. */
const panicPatterns = [
  /^thread '(?<test>[^'\n]+)' panicked at '(?<message>[^]*?)', (?<file>[\w./-]+\.rs):(?<line>\d+):\d+$/gm,
  /^thread '(?<test>[^'\n]+)'(?: \(\d+\))? panicked at (?<file>[\w./-]+\.rs):(?<line>\d+):\d+:\n(?<message>.*)$/gm,
];

/**
 * Adds to failed tests what Rust's own harness leaves out of its report, message and place: they stand in what the
 * tests wrote.
 *
 * @param lines what the tests wrote, or the last of it; what is masked is hidden in it
 */
export function addPanics(results: TestResults, lines: readonly string[]): TestResults {
  if (results.failed.every(({ file }) => file !== undefined)) return results;
  const text = lines.join('\n');
  const panics = panicPatterns.flatMap((pattern) => [...text.matchAll(pattern)]);
  const failed = results.failed.map((test): FailedTest => {
    if (test.file !== undefined) return test;
    const path = test.name.replaceAll(' › ', '::');
    const panic = panics.find(({ groups }) => groups?.['test'] === path)?.groups;
    if (panic === undefined) return test;
    const { message = '', file = '', line } = panic;
    const said = showMessage(firstLine([message]) ?? test.message, (text) => text);
    return { ...test, message: said, file, line: Number(line) };
  });
  return { ...results, failed };
}
