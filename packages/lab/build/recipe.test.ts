import { expect, test } from '@jest/globals';
import { countProgress } from './progress.js';
import { buildArguments, formatEstimate, parseVersion, recipes } from './recipe.js';

test('buildArguments tell Kubernetes its version, and nothing about this machine', () => {
  const argv = buildArguments(recipes.kubernetes, 'v1.34.10', '/out/kubernetes');

  expect(argv.filter((word) => !word.startsWith('-ldflags'))).toEqual([
    'build',
    '-v',
    '-trimpath',
    '-buildvcs=false',
    '-o',
    '/out/kubernetes',
    '.',
  ]);
  expect(argv.join(' ')).toContain(
    '-X k8s.io/client-go/pkg/version.gitVersion=v1.34.10 -X k8s.io/client-go/pkg/version.gitMajor=1 -X k8s.io/client-go/pkg/version.gitMinor=34',
  );
});

test.each([
  ['a requirement', '\tk8s.io/kubernetes v1.34.10\n', 'v1.34.10'],
  ['only a replacement', '\tk8s.io/kubernetes => ../k\n', undefined],
])('parseVersion of %s', (_name, goMod, expected) => {
  const version = parseVersion(goMod, 'k8s.io/kubernetes');

  expect(version).toBe(expected);
});

test.each([
  [640, 2, 'about 6 minutes on 2 cores'],
  [640, 1, 'about 11 minutes on 1 core'],
  [30, 2, 'up to a minute on 2 cores'],
])('%d core seconds on %d cores are told as %s', (seconds, cores, expected) => {
  const estimate = formatEstimate(seconds, cores);

  expect(estimate).toBe(expected);
});

test('a build tells how far it is by what go names', () => {
  const progress = countProgress(2837);

  for (const line of ['go: downloading k8s.io/api v0.34.10', 'k8s.io/api/core/v1', '# a warning'])
    progress.onLine(line);

  expect(progress.describe()).toBe('fetched 1 modules, compiled 1 of about 2837 packages');
});
