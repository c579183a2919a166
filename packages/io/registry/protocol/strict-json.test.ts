import { describe, expect, test } from '@jest/globals';
import { parseStrictJson, quote } from './strict-json.js';

const limits = { maxBytes: 1000, maxDepth: 4 };

function read(text: string) {
  return parseStrictJson(Buffer.from(text), limits);
}

describe('parseStrictJson reads what JSON.parse reads', () => {
  test.each([
    '{}',
    '[]',
    ' [ 1 , -0.5e+3 , true , false , null ] ',
    '"\\u00e9\\n\\ud83d\\udc33 \\\\ \\" \\/"',
    '{"a":{"b":[{"c":1}]},"":0,"A":1}',
    '9007199254740993',
    '"\\ud800"',
    '\r\n\t"ä"\n',
  ])('%s', (text) => {
    const value: unknown = JSON.parse(text);

    expect(read(text)).toEqual({ kind: 'value', value });
  });
});

test('a key __proto__ is a key as any other', () => {
  const reading = read('{"__proto__":{"polluted":true},"constructor":1}');

  expect(reading.kind === 'value' && Object.keys(reading.value ?? {})).toEqual([
    '__proto__',
    'constructor',
  ]);
  expect(Object.getPrototypeOf(reading.kind === 'value' ? reading.value : undefined)).toBe(
    Object.prototype,
  );
  expect(new Map(Object.entries({})).get('polluted')).toBeUndefined();
});

describe('parseStrictJson refuses', () => {
  test.each([
    ['nothing', '', 'ends in the middle'],
    ['a key that comes twice', '{"a":1,"b":2,"a":1}', 'has the key “a” twice'],
    ['one deep inside', '[{"x":{"size":1,"size":2}}]', 'has the key “size” twice'],
    ['the same key written otherwise', '{"a":1,"\\u0061":2}', 'has the key “a” twice'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'has the key “__proto__” twice'],
    ['a key with a new line', '{"a\\nb":1,"a\\nb":2}', 'has the key “a b” twice'],
    ['deep nesting', '[[[[[1]]]]]', 'is nested more than 4 levels deep'],
    ['very deep nesting', '['.repeat(900), 'is nested more than 4 levels deep'],
    ['too much', `"${'a'.repeat(999)}"`, 'has 1001 bytes, more than 1000'],
    ['a byte order mark', '\u{feff}{}', 'begins with a byte order mark'],
    ['a second document', '{} {}', 'is not JSON at character 3'],
    ['a comma at the end', '[1,]', 'is not JSON at character 3'],
    ['a comment', '{/**/}', 'is not JSON at character 1'],
    ['a number that begins with 0', '01', 'is not JSON at character 1'],
    ['a number that begins with +', '+1', 'is not JSON at character 0'],
    ['NaN', 'NaN', 'is not JSON at character 0'],
    ['other white space', '\u00a0{}', 'is not JSON at character 0'],
    ['a key without quotes', '{a:1}', 'is not JSON at character 1'],
    ['a text without an end', '{"a', 'ends in the middle of a text'],
    ['a text that ends in an escape', '"a\\"', 'ends in the middle of a text'],
    ['a line break in a text', '"a\nb"', 'has a text that is not JSON at character 0'],
    ['an unknown escape', '"\\x"', 'has a text that is not JSON at character 0'],
    ['an object without an end', '{"a":1', 'ends in the middle'],
  ])('%s', (_name, text, reason) => {
    expect(read(text)).toEqual({ kind: 'refused', reason });
  });

  test('what is not UTF-8', () => {
    const reading = parseStrictJson(Buffer.from([0x22, 0xc3, 0x28, 0x22]), limits);

    expect(reading).toEqual({ kind: 'refused', reason: 'is not UTF-8' });
  });
});

test('quoted text of strangers is short, on one line, and does not turn around', () => {
  expect(quote(`a\n\u001b[31m\u202eb${'c'.repeat(100)}`)).toBe(`“a [31m b${'c'.repeat(71)}…”`);
});
