import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createConsole, type Console, type ConsoleOptions } from './console.js';

function openConsole(
  options: ConsoleOptions = {},
  onRunner = false,
): {
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
  return { console: createConsole(onRunner, options, out), lines };
}

test('what is masked is hidden from there on', () => {
  const { console, lines } = openConsole();

  console.info('it is hunter2');
  console.mask('hunter2');
  console.info('it is hunter2');
  console.error('it is hunter2', 'a title');

  expect(lines).toEqual(['it is hunter2\n', 'it is ***\n', 'error: it is ***\n']);
});

test('what a program asks to be masked is hidden, and where no runner listens the line says nothing', () => {
  const { console, lines } = openConsole();

  console.relay('::add-mask::100%25 hunter2%0Aand more%0A{');
  console.relay('100% hunter2 and more {');
  console.relay('::add-mask::');
  console.relay('::add-mask::user%3Aword');
  console.relay('user%3Aword');

  expect(lines).toEqual(['*** *** {\n', '***\n']);
});

test.each([
  ['sets a variable', '::set-env name=PATH::/evil'],
  ['sets an output, after a blank', ' ::set-output name=digest::sha256:0'],
  ['sets a variable, after what only the runner takes for a blank', '\u0085::set-env name=A::b'],
  ['ends all commands', '::stop-commands::pause'],
  ['in the older form', 'it says ##[add-path]/evil'],
])('a line that %s is text', (_name, line) => {
  const { console, lines } = openConsole({}, true);

  console.relay(line);
  console.info(line);

  for (const written of lines) {
    const [stop = '', text, go, end] = written.split('\n');
    const token = stop.slice('::stop-commands::'.length);
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    expect([text, go, end]).toEqual([line, `::${token}::`, '']);
  }
  expect(lines).toHaveLength(2);
  expect(lines[0]).not.toBe(lines[1]);
});

test('a line that the runner reads as two is none that can be told from another', () => {
  const { console, lines } = openConsole({}, true);

  console.relay('50 %\r::set-env name=A::b');

  expect(lines[0]).toBe('50 %\n');
  expect(lines[1]).toMatch(/^::stop-commands::/);
});

test('annotations and groups of a program are its own, and text in our own lines', () => {
  const { console, lines } = openConsole({}, true);
  const own = ['::error file=a.js,line=3::no such name', '::group::Lint', '::endgroup::'];

  for (const line of own) console.relay(line);
  console.info('::error::not ours');

  expect(lines.slice(0, 3)).toEqual(own.map((line) => `${line}\n`));
  expect(lines[3]).toMatch(/^::stop-commands::/);
});

test('on a terminal they are words', () => {
  const { console, lines } = openConsole();

  for (const line of [
    '::group::Lint',
    '::error file=src/a.js,line=3,title=Lint::no%0Asuch name',
    '::warning::old',
    '::debug::nobody asked',
    '::endgroup::',
    '::set-env name=A::b',
  ]) {
    console.relay(line);
  }

  expect(lines).toEqual([
    'Lint\n',
    'error: src/a.js:3: no\n',
    'such name\n',
    'warning: old\n',
    '::set-env name=A::b\n',
  ]);
});

test('what is shorter than every digest’s parts is not masked', () => {
  const { console, lines } = openConsole();

  console.mask('abc');
  console.mask('abcd\r\n}\r\nsecond line');
  console.info('abc abcd } second line');

  expect(lines).toEqual(['abc *** } ***\n']);
});

test('lines below the log are written for who can show them, and masked', () => {
  const { console, lines } = openConsole({ liveMark: '\u001emark' });
  const plain = openConsole().console;

  console.mask('hunter"2');
  console.show?.(['web: it is hunter"2', '1 of 2']);

  expect(lines).toEqual(['\u001emark["web: it is ***","1 of 2"]\n']);
  expect(plain.show).toBeUndefined();
});
