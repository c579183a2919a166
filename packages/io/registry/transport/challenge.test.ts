import { expect, test } from '@jest/globals';
import { parseChallenges } from './challenge.js';

test.each<[string, string, [string, Record<string, string>][]]>([
  ['nothing', '', []],
  ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
  [
    'a scope with commas',
    'Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        {
          realm: 'https://auth.example.com/token',
          service: 'r',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
  ],
  [
    'two schemes in one header, values without quotes',
    'Basic realm=here, BEARER Realm = "x"',
    [
      ['basic', { realm: 'here' }],
      ['bearer', { realm: 'x' }],
    ],
  ],
  ['an escaped quote', 'Basic realm="a \\"b\\""', [['basic', { realm: 'a "b"' }]]],
  ['a parameter twice', 'Basic realm="a", realm="b"', [['basic', { realm: 'a' }]]],
  [
    'a token between others',
    'Negotiate YWJj, Bearer realm="x"',
    [
      ['negotiate', {}],
      ['ywjj', {}],
      ['bearer', { realm: 'x' }],
    ],
  ],
  ['a text without an end', `Basic realm="${'a'.repeat(100_000)}`, [['basic', { realm: '' }]]],
  ['an empty value', 'Basic realm=', [['basic', { realm: '' }]]],
  ['__proto__', 'Basic __proto__="x"', [['basic', Object.fromEntries([['__proto__', 'x']])]]],
  ['rubbish at the end', 'Basic realm="a" "', [['basic', { realm: 'a' }]]],
])('%s', (_name, header, expected) => {
  const challenges = parseChallenges(header).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters),
  ]);

  expect(challenges).toEqual(expected);
});
