import { expect, test } from '@jest/globals';
import { addPanics } from './add-panics.js';

const silent = { message: 'failed without a word' };
const failed = [
  { name: 'tests › adds', ...silent },
  { name: 'doubles', ...silent },
  { name: 'told', message: 'no', file: 'src/a.rs', line: 1 },
];
const results = { tests: 3, failures: 3, skipped: 0, failed, flaky: [], slowest: [] };

test.each([
  [
    'before Rust 1.73',
    [
      "thread 'tests::adds' panicked at 'assertion failed: `(left == right)`",
      '  left: `3`,',
      " right: `4`', src/lib.rs:9:9",
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
      "thread 'told' panicked at 'other', src/b.rs:2:9",
    ],
    'assertion failed: `(left == right)`',
  ],
  [
    'since then',
    ["thread 'tests::adds' (42) panicked at src/lib.rs:9:9:", 'assertion `left == right` failed'],
    'assertion `left == right` failed',
  ],
])('what a panic said is added, as it stands %s', (_name, lines, message) => {
  expect(addPanics(results, lines).failed).toEqual([
    { name: 'tests › adds', message, file: 'src/lib.rs', line: 9 },
    failed[1],
    failed[2],
  ]);
});
