import { describe, expect, test } from '@jest/globals';
import { parseArguments } from './index.js';

describe('parseArguments', () => {
  test.each([
    [
      'up alone',
      ['up'],
      {
        verb: 'up',
        parts: ['registry:candidates', 'registry:production', 'cluster:test', 'cluster:production'],
      },
    ],
    [
      'up without a part',
      ['up', '--without', 'cluster:production', '--without', 'registry:production'],
      { verb: 'up', parts: ['registry:candidates', 'cluster:test'] },
    ],
    ['up with one part', ['up', 'cluster:next'], { verb: 'up', parts: ['cluster:next'] }],
    ['up with an engine', ['up', 'engine:podman'], { verb: 'up', parts: ['engine:podman'] }],
    ['status', ['status'], { verb: 'status' }],
    ['down', ['down'], { verb: 'down' }],
  ])('%s', (_name, argv, expected) => {
    expect(parseArguments(argv)).toEqual(expected);
  });

  test.each([
    ['nothing', [], 'expected up, status or down, not nothing'],
    ['another verb', ['start'], 'expected up, status or down, not start'],
    ['too much', ['down', 'now'], 'down takes no arguments, but got now'],
    ['--without alone', ['up', '--without'], '--without needs the name of a part'],
  ])('refuses %s', (_name, argv, expected) => {
    expect(() => parseArguments(argv)).toThrow(expected);
  });

  test('names every part that there cannot be', () => {
    const parse = (): unknown => parseArguments(['up', 'disk', '--without', 'moon']);

    expect(parse).toThrow(/^disk is no part of the lab: .*\nmoon is no part of the lab: /);
  });
});
