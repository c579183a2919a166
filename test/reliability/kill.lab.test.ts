import { expect, test } from '@jest/globals';
import { runKill } from './kill.js';

/** A fixed sample of `npm run reliability -- kill`. */
test('a run that is killed loses nothing, and the next one puts everything right', async () => {
  const lines: string[] = [];

  await runKill(5, 8, (line) => lines.push(line));

  expect(lines.filter((line) => /^(?:✘| {4})/.test(line))).toEqual([]);
  expect(lines.at(-1)).toBe('kill: 8 passed, 0 failed');
}, 1_200_000);
