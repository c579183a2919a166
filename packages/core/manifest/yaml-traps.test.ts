import { expect, test } from '@jest/globals';
import { loadManifestYaml, loadYaml, readManifests } from './index.js';

test.each([
  [
    'a document after the end of another',
    'a: 1\n...\nb: 2\n',
    'line 3: a document after “...” begins with ---',
  ],
  [
    'a separator with something behind',
    'a: 1\n---b: 2\n',
    'line 2: --- stands alone, or before a space',
  ],
  [
    'a line end that only some see',
    'a: 1\nb: "x\u2028y"\n',
    'line 2: a line end that only some see; write "\\u2028", "\\u2029" or "\\u0085" in quotes',
  ],
  [
    'a template that was not rendered',
    'a: {{ .Values.a }}\n',
    'a mapping as a key: is this a template ({{ … }}) that was not rendered?',
  ],
  [
    'a key before a merge that has it, too',
    'a: &a { x: 1 }\nb: { y: 1, x: 2, <<: *a }\n',
    'x stands before a merge that has it, too: write << first',
  ],
  [
    'an anchor that holds itself',
    'a: &a { b: *a }\n',
    'anchors hold themselves, or more than anybody can read',
  ],
  [
    'anchors of anchors',
    Array.from({ length: 9 }, (_, index) => {
      const inner = index === 0 ? 'x' : `*a${index - 1}`;
      return `a${index}: &a${index} [${Array.from({ length: 9 }, () => inner).join(', ')}]`;
    }).join('\n'),
    'anchors hold themselves, or more than anybody can read',
  ],
])('%s is refused', (_name, text, sentence) => {
  expect(() => loadManifestYaml(text)).toThrow(sentence);
});

test.each([
  ['a merge first, then keys of its own', 'a: &a { x: 1 }\nb: { <<: *a, x: 2 }\n'],
  ['a merge that has other keys', 'a: &a { x: 1 }\nb: { y: 2, <<: *a }\n'],
  ['an end, and a separator', 'a: 1\n...\n---\nb: 2\n'],
  ['an end, and a comment', 'a: 1\n...\n# nothing\n'],
  ['dashes in a text', 'a: |\n  ---b\n  ...\n  c\n'],
  ['line ends of Unicode in JSON', '{ "a": "x\u2028y" }'],
])('%s is read', (_name, text) => {
  expect(loadManifestYaml(text)).toEqual(loadYaml(text));
});

test('an integer that a float does not hold is kept whole as a key, and refused as a value', () => {
  const documents = loadManifestYaml('a: { 9007199254740993: x, "12345678901234568": z }\n');

  expect(documents).toEqual([{ a: { '9007199254740993': 'x', '12345678901234568': 'z' } }]);
  const text =
    'apiVersion: v1\nkind: A\nmetadata: { name: a, labels: { id: 12345678901234567 } }\nx: -9007199254740993\n';
  const { problems } = readManifests(text, 'a.yaml');
  expect(problems.map(({ given }) => given)).toEqual([
    'id: 12345678901234567',
    'metadata.labels.id: 12345678901234567',
    'x: -9007199254740993',
  ]);
});
