import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, formatRepository } from '@slipway/core/image-ref';
import { listImages, type KubernetesObject } from '@slipway/core/manifest';
import type { RegistryClient } from '@slipway/io/registry';
import { createRecordingLogger } from '@slipway/testing/logger';
import { pinThirdParty } from './pin-third-party.js';

const digest = digestOf('c'.repeat(64));

function pod(name: string, ...images: readonly string[]): KubernetesObject {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } };
}

/** A registry in which everything exists but what is named `gone`; it answers when all have asked. */
function openRegistry(expected: number) {
  const asked: string[] = [];
  const all = Promise.withResolvers<undefined>();
  const resolve: RegistryClient['resolve'] = async (repository, reference) => {
    asked.push(`${formatRepository(repository)} ${reference}`);
    if (asked.length === expected) all.resolve(undefined);
    await all.promise;
    const isGone = repository.path.endsWith('gone');
    return isGone ? undefined : { digest, size: 1, mediaType: 'application/json' };
  };
  return { asked, resolve };
}

describe('pinThirdParty', () => {
  test('asks for each image once, all side by side, and tells what it found', async () => {
    const registry = openRegistry(2);
    const logger = createRecordingLogger();
    const pinned = `r.example.com/own@${digest}`;
    const objects = [pod('a', 'redis:7', 'busybox', pinned), pod('b', 'redis:7')];

    const found = await pinThirdParty(registry, objects, { mode: 'resolve', paths: [], logger });

    expect(registry.asked).toEqual([
      'docker.io/library/redis 7',
      'docker.io/library/busybox latest',
    ]);
    expect(listImages(found).map(({ image }) => image)).toEqual([
      `docker.io/library/redis@${digest}`,
      `docker.io/library/busybox@${digest}`,
      pinned,
      `docker.io/library/redis@${digest}`,
    ]);
    expect(logger.lines).toContain(
      `redis:7 is not one of ours: pinned to docker.io/library/redis@${digest}`,
    );
  });

  test('names everything that does not exist, and where it stands', async () => {
    const objects = [pod('a', 'gone:1', 'redis:7'), pod('b', 'x/gone:2', 'gone:1')];

    const failure: unknown = await pinThirdParty(openRegistry(3), objects, {
      mode: 'resolve',
      paths: [],
      logger: createRecordingLogger(),
    }).catch((error: unknown) => error);

    if (!(failure instanceof SlipwayError)) throw new Error('not refused');
    expect(failure.code).toBe('not-found');
    expect(failure.message).toBe('the images gone:1, x/gone:2 do not exist');
    expect(failure.problems.map(({ subject, given = '' }) => `${subject}: ${given}`)).toEqual([
      'Pod a, container c0: gone:1',
      'Pod b, container c1: gone:1',
      'Pod b, container c0: x/gone:2',
    ]);
  });
});
