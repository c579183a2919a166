import { describe, expect, test } from '@jest/globals';
import { isFirstInNamespace, isSameProcess, parseProcessStat, readProcess } from './identity.js';

const fields = '1 20189 20189 0 -1 4194304 209 0 1 0 0 0 0 0 20 0 1 0 225534 2654208 390';

describe('parseProcessStat', () => {
  test.each([
    ['a plain name', `20189 (sh) S ${fields}`, { pid: 20189, state: 'S', startTicks: '225534' }],
    ['a name with ") ("', `7 (a) (b) R ${fields}`, { pid: 7, state: 'R', startTicks: '225534' }],
    ['half a line', '20189 (sh) S 1', undefined],
    ['nothing', '', undefined],
  ])('%s', (_name, line, expected) => {
    const stat = parseProcessStat(line);

    expect(stat).toEqual(expected);
  });
});

describe('isSameProcess', () => {
  test.each([
    ['the very one', { pid: 7, startTicks: '99' }, true],
    ['another one with its number', { pid: 7, startTicks: '100' }, false],
    ['none with its number', undefined, false],
  ])('%s', (_name, now, expected) => {
    const isSame = isSameProcess({ pid: 7, startTicks: '99' }, now ?? { pid: 0, startTicks: '' });

    expect(isSame).toBe(expected);
  });

  test('this process is itself', () => {
    const self = readProcess(process.pid);

    expect(self === undefined ? false : isSameProcess(self)).toBe(true);
  });
});

describe('isFirstInNamespace', () => {
  test.each([
    ['first in its own', 'Name:\tsh\nNSpid:\t4711\t1\nNSsid:\t1\n', true],
    ['second in its own', 'NSpid:\t4711\t2\n', false],
    ['in ours only', 'NSpid:\t4711\n', false],
    ['the first of the machine', 'NSpid:\t1\n', false],
  ])('%s', (_name, status, expected) => {
    const isFirst = isFirstInNamespace(status);

    expect(isFirst).toBe(expected);
  });
});
