import { expect, test } from '@jest/globals';
import { openTerminal, type TerminalStream } from './index.js';

const up = (lines: number): string => `\u001b[${lines}A\u001b[J`;

function open(size: Partial<TerminalStream> = {}) {
  const written: string[] = [];
  const stream = { isTTY: true, ...size, write: (text: string) => written.push(text) };
  return { ...openTerminal(stream), written };
}

test('lines of the log go above what is shown, which is replaced in place and goes at the end', () => {
  const { print, show, written } = open();

  print('one');
  show?.(['a', 'b']);
  print('two');
  show?.(['c']);
  show?.([]);
  print('three');

  expect(written).toEqual([
    'one\n',
    'a\nb\n',
    `${up(2)}two\na\nb\n`,
    `${up(2)}c\n`,
    up(1),
    'three\n',
  ]);
});

test('what does not fit is cut off, so that no line wraps and none scrolls away', () => {
  const { show, written } = open({ columns: 10, rows: 5 });

  show?.(['0123456789', '012345678', '2', '3']);

  expect(written).toEqual(['01234567…\n012345678\n… and 2 …\n']);
});

test('a file or a pipe has only the log', () => {
  const { print, show, written } = open({ isTTY: false });

  print('one');

  expect(show).toBeUndefined();
  expect(written).toEqual(['one\n']);
});
