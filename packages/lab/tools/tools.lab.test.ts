import { runCommand } from '@slipway/io/command';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openLab, type Lab } from '../parts/index.js';

const timeoutMs = 120_000;
let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, timeoutMs);

afterAll(() => lab.close(), timeoutMs);

test.each([
  ['act', 'act version 0.2.89'],
  ['actionlint', 'v1.7.12'],
  ['shellcheck', 'version: 0.11.0'],
  ['zizmor', 'zizmor 1.32.0'],
])(
  '%s is fetched in its fixed version',
  async (name, expected) => {
    const program = await lab.program(name);

    const { stdout } = await runCommand([program, '--version']);

    expect(stdout.split('\n')).toContain(expected);
  },
  timeoutMs,
);
