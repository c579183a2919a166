import { expect, test } from '@jest/globals';
import { formatBuildahRun, formatVariables, parseVariables } from './buildah-arguments.js';

test.each([
  ['of a file, as docker reads it', '# none\nA=1\nB=2=3\nnone\n=x\nC=\n', '\n'],
  ['of an environment', 'A=1\0B=2=3\0C=\0', '\0'],
] as const)('variables %s', (_name, text, end) => {
  expect(parseVariables(text, end)).toEqual([
    ['A', '1'],
    ['B', '2=3'],
    ['C', ''],
  ]);
});

test('a script sets them, whatever is in their values', () => {
  const script = formatVariables([
    ['A', "it's $HOME"],
    ['B', 'two\nlines'],
  ]);

  expect(script).toBe("export A='it'\\''s $HOME'\nexport B='two\nlines'\n");
});

test('formatBuildahRun: of variables only paths are told', () => {
  const run = {
    user: '1001:118',
    workdir: '/w/a',
    network: 'none',
    shared: ['/w', '/t/out'],
  };
  const plain = { container: 'c', command: ['npm', 'test'], variables: [] };

  const argv = formatBuildahRun(
    { ...plain, variables: [['GITHUB_OUTPUT', '/t/out']], script: '/t/set' },
    run,
  );

  expect(argv.join(' ')).toBe(
    'buildah run --user 1001:118 --workingdir /w/a --network none --volume /w:/w --volume /t/out:/t/out --volume /t/set:/t/set:ro --env GITHUB_OUTPUT=/t/out c -- sh -c . "$0"; exec "$@" /t/set npm test',
  );
  expect(formatBuildahRun(plain, { shared: [] }).join(' ')).toBe('buildah run c -- npm test');
});
