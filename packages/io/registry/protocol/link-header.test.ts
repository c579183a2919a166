import { expect, test } from '@jest/globals';
import { parseLinks } from './link-header.js';

test.each<[string, string, [string, string[]][]]>([
  ['nothing', '', []],
  ['one page', '</v2/a/tags/list?last=x>; rel="next"', [['/v2/a/tags/list?last=x', ['next']]]],
  ['no quotes', '<?last=x>;rel=next', [['?last=x', ['next']]]],
  ['upper case', '<a>; REL="Next"', [['a', ['next']]]],
  ['several relations', '<a>; rel="prev  next"', [['a', ['prev', 'next']]]],
  ['no relation', '<a>', [['a', []]]],
  ['the first of two relations', '<a>; rel=prev; rel=next', [['a', ['prev']]]],
  [
    'two links, and quoted text with all separators',
    '<a,b;c>; title="x>,;\\"<y"; rel="prev", <d>; rel="next"',
    [
      ['a,b;c', ['prev']],
      ['d', ['next']],
    ],
  ],
  ['a parameter without value', '<a>; rel; anchor=x', [['a', []]]],
  ['rubbish', 'x <a>; rel=next', []],
  ['a target without an end', '<a; rel="next"', []],
  ['a text without an end', '<a>; rel="next', [['a', []]]],
  ['many beginnings', '<'.repeat(200_000), []],
  ['many quotes', `<a>; rel="${'\\"'.repeat(100_000)}`, [['a', []]]],
])('%s', (_name, header, expected) => {
  const links = parseLinks(header).map(({ target, relations }) => [target, relations]);

  expect(links).toEqual(expected);
});
