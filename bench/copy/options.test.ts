import { describe, expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

const everyCase = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'memory'];
const everyPeer = ['crane', 'regctl', 'oras', 'skopeo'];

test('without options everything is run, 15 times', () => {
  expect(parseOptions([])).toEqual({
    pairs: 15,
    cases: everyCase,
    latenciesMs: [0, 20, 80],
    peers: everyPeer,
    isWhole: true,
  });
});

describe('what was left out is no whole run', () => {
  test.each([
    ['fewer pairs', ['--pairs', '3'], { pairs: 3 }],
    ['some cases, in the order of the table', ['--case', 'e,c'], { cases: ['c', 'e'] }],
    ['one latency', ['--latency', '20'], { latenciesMs: [20] }],
    ['some peers', ['--peer', 'skopeo,crane'], { peers: ['crane', 'skopeo'] }],
  ])('%s', (_name, argv, expected) => {
    expect(parseOptions(argv)).toMatchObject({ ...expected, isWhole: false });
  });

  test('but more pairs are', () => {
    expect(parseOptions(['--pairs', '30'])).toMatchObject({ pairs: 30, isWhole: true });
  });
});

describe('what cannot be understood is refused', () => {
  test.each([
    ['no pairs', ['--pairs', '0'], '--pairs: given 0, expected a number from 1 to 999'],
    [
      'an unknown case',
      ['--case', 'c,x'],
      '--case: given x, expected some of a,b,c,d,e,f,g,h,memory',
    ],
    ['another latency', ['--latency', '21'], '--latency: given 21, expected some of 0,20,80'],
    ['no peer', ['--peer', ''], '--peer: given nothing, expected some of crane,regctl,oras,skopeo'],
  ])('%s', (_name, argv, sentence) => {
    expect(() => parseOptions(argv)).toThrow(new Error(sentence));
  });
});
