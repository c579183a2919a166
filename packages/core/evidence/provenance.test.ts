import { expect, test } from '@jest/globals';
import { digestOf } from '../image-ref/index.js';
import { formatProvenance, parseStatement, type Provenance } from './index.js';

const provenance: Provenance = {
  name: 'registry.example.com/shop/orders',
  digest: digestOf('a'.repeat(64)),
  context: 'services/orders',
  dockerfile: 'services/orders/Dockerfile',
  platforms: [],
  buildArgs: [],
  secrets: [],
  ranBefore: [],
  engine: 'podman 4.3.1',
  bases: [],
  builder: 'laptop:ada@engine',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:01:00Z',
};

test('it is a statement about one digest, with all that was built and upon what', () => {
  const text = formatProvenance({
    ...provenance,
    source: {
      url: 'https://github.com/shop/orders',
      ref: 'refs/heads/main',
      commit: 'c'.repeat(40),
      changed: [],
    },
    target: 'app',
    platforms: ['linux/amd64'],
    buildArgs: ['VERSION'],
    secrets: ['npm'],
    bases: [{ name: 'docker.io/library/node:24', digest: digestOf('b'.repeat(64)) }],
    run: 'https://github.com/shop/orders/actions/runs/1',
  });

  expect(JSON.parse(text)).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'registry.example.com/shop/orders', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://slipway.dev/containerized-build/v1',
        externalParameters: {
          source: 'git+https://github.com/shop/orders@refs/heads/main',
          context: 'services/orders',
          dockerfile: 'services/orders/Dockerfile',
          target: 'app',
          platforms: ['linux/amd64'],
          buildArgs: ['VERSION'],
          secrets: ['npm'],
        },
        internalParameters: { engine: 'podman 4.3.1' },
        resolvedDependencies: [
          {
            uri: 'git+https://github.com/shop/orders@refs/heads/main',
            digest: { gitCommit: 'c'.repeat(40) },
          },
          { uri: 'docker://docker.io/library/node:24', digest: { sha256: 'b'.repeat(64) } },
        ],
      },
      runDetails: {
        builder: { id: 'laptop:ada@engine' },
        metadata: {
          invocationId: 'https://github.com/shop/orders/actions/runs/1',
          startedOn: '2026-01-01T00:00:00Z',
          finishedOn: '2026-01-01T00:01:00Z',
        },
      },
    },
  });
  expect(parseStatement(text, 'here').subjects).toEqual([provenance.digest]);
});

test('outside of a repository it says nothing of sources', () => {
  const text = formatProvenance(provenance);

  expect(text).toContain('"resolvedDependencies":[]');
  expect(text).not.toContain('source');
});

const commit = 'c'.repeat(40);

test('sources that are not those of the commit have no digest of it', () => {
  const changed = Array.from({ length: 21 }, (_none, index) => `${index}.js`);

  const text = formatProvenance({
    ...provenance,
    source: { commit, changed },
    ranBefore: ['node:24'],
  });

  expect(JSON.parse(text)).toMatchObject({
    predicate: {
      buildDefinition: {
        externalParameters: { ranBefore: ['node:24'] },
        resolvedDependencies: [
          {
            uri: `git:${commit}`,
            annotations: { commit, changedFiles: 21, changed: changed.slice(0, 20) },
          },
        ],
      },
    },
  });
  expect(text).not.toContain('"source"');
  expect(text).not.toContain('gitCommit');
});

test('a commit that is on no server is named by itself', () => {
  const text = formatProvenance({ ...provenance, source: { commit, changed: [] } });

  expect(text).toContain(`"source":"git:${commit}"`);
});
