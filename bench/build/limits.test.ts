import { expect, test } from '@jest/globals';
import { judgeResult } from './limits.js';

test.each([
  ['one that takes long may take a twentieth more', 20_000, 21_000],
  ['one that is quick may take 300 ms more', 1000, 1300],
])('%s', (_name, engine, limit) => {
  const wallMs = { ours: limit / 2, engine };

  expect(judgeResult({ engine: 'podman', change: 'warm', wallMs })).toEqual({
    name: 'podman, warm, time',
    ours: limit / 2,
    peers: { podman: engine },
    limit,
    ratio: 0.5,
  });
});
