import { afterAll, beforeAll } from '@jest/globals';
import { delimiter, dirname } from 'node:path';
import { openLab, type Lab } from '@slipway/lab/parts';
import { describeGolden } from './golden/describe-golden.js';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
  const kubectl = await lab.program('kubectl');
  process.env['PATH'] = [dirname(kubectl), process.env['PATH'] ?? ''].join(delimiter);
}, 1_500_000);

afterAll(async () => {
  await lab.close();
}, 60_000);

describeGolden('kustomization');
