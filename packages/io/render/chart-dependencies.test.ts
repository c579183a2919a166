import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeChart } from './chart-dependencies.js';

let folder: string;
let copy: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-chart-'));
  copy = join(folder, 'copy');
  await mkdir(join(copy, 'chart'), { recursive: true });
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys/Chart.yaml'), 'name: keys\n');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const neverRun = (): Promise<never> => Promise.reject(new Error('nothing is run'));

/** Helm of today does not read this file, and would not refuse it. */
async function told(dependencies: string): Promise<readonly string[]> {
  await writeFile(join(copy, 'chart/requirements.yaml'), `dependencies: [${dependencies}]\n`);
  const error: unknown = await completeChart(copy, 'chart', { runHelm: neverRun }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SlipwayError)) throw new Error(`not refused: ${String(error)}`);
  return error.problems.map(({ given = '', expected }) => `${given}, expected ${expected}`);
}

test('a chart names nothing outside of its copy: neither to read from nor to write to', async () => {
  const problems = await told(
    '{ name: keys, repository: "file://../../keys" }, { name: ../../../keys, repository: "file://." }, { name: a/b, repository: "oci://r.example.com/x" }',
  );

  expect(problems).toEqual([
    'repository: file://../../keys, expected a chart inside the repository',
    'name: ../../../keys, expected letters, digits, “.”, “_” and “-”',
    'name: a/b, expected letters, digits, “.”, “_” and “-”',
  ]);
  expect(await readdir(join(copy, 'chart'))).toEqual(['requirements.yaml']);
  expect(await readdir(join(folder, 'keys'))).toEqual(['Chart.yaml']);
});
