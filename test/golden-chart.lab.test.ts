import { afterAll, beforeAll, describe } from '@jest/globals';
import { delimiter, dirname } from 'node:path';
import { openLab, type Lab } from '@slipway/lab/parts';
import { describeGolden } from './golden/describe-golden.js';

describe.each(['helm', 'helm-4'])('%s', (program) => {
  const path = process.env['PATH'] ?? '';
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
    process.env['PATH'] = [dirname(await lab.program(program)), path].join(delimiter);
  }, 1_500_000);

  afterAll(async () => {
    process.env['PATH'] = path;
    await lab.close();
  }, 60_000);

  describeGolden('chart');
});
