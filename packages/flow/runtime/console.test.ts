import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createConsole, type Console, type ConsoleOptions } from './console.js';

function openConsole(options: ConsoleOptions = {}): {
  readonly console: Console;
  readonly lines: readonly string[];
} {
  const lines: string[] = [];
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return { console: createConsole(false, options, out), lines };
}

test('what is masked is hidden from there on', () => {
  const { console, lines } = openConsole();

  console.info('it is hunter2');
  console.mask('hunter2');
  console.info('it is hunter2');
  console.error('it is hunter2', 'a title');

  expect(lines).toEqual(['it is hunter2\n', 'it is ***\n', 'error: it is ***\n']);
});

test('what a program asks the runner to mask is hidden too, and the runner is asked each time', () => {
  const { console, lines } = openConsole();

  console.info('::add-mask::100%25 hunter2%0Aand more');
  console.info('100% hunter2 and more');
  console.info('::add-mask::100%25 hunter2%0Aand more');
  console.info('::add-mask::');

  expect(lines).toEqual([
    '::add-mask::100%25 hunter2%0Aand more\n',
    '*** ***\n',
    '::add-mask::100%25 hunter2%0Aand more\n',
    '::add-mask::\n',
  ]);
});

test('lines below the log are written for who can show them, and masked', () => {
  const { console, lines } = openConsole({ liveMark: '\u001emark' });
  const plain = openConsole().console;

  console.mask('hunter"2');
  console.show?.(['web: it is hunter"2', '1 of 2']);

  expect(lines).toEqual(['\u001emark["web: it is ***","1 of 2"]\n']);
  expect(plain.show).toBeUndefined();
});
