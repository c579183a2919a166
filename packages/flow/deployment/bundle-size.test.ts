import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import type { KubernetesObject } from '@slipway/core/manifest';
import { assertBundleFits } from './bundle-size.js';

function settings(name: string, bytes = 0): KubernetesObject {
  const data = { text: 'x'.repeat(bytes) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function file(path: string, bytes: number) {
  return { path, bytes: new Uint8Array(bytes) };
}

function messageOf(...given: Parameters<typeof assertBundleFits>): string {
  try {
    assertBundleFits(...given);
    return 'fits';
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'render-failed') return error.message;
    throw error;
  }
}

const many = Array.from({ length: 501 }, (_, index) => settings(`s${index}`));

describe('assertBundleFits', () => {
  test.each<[string, Parameters<typeof assertBundleFits>, string]>([
    ['what a service has', [[settings('a', 1_000_000)], [file('a', 20_000_000)]], 'fits'],
    ['as many objects as may be', [many.slice(1), []], 'fits'],
    ['too many objects', [many, []], 'the bundle is too large: objects: 501'],
    [
      'an object that Kubernetes does not store',
      [[settings('dump', 1_600_000)], []],
      'the bundle is too large: ConfigMap dump: 1.6 MB',
    ],
    [
      'files that do not belong there, the largest by name',
      [
        [],
        [
          file('dump.sql', 20_000_000),
          file('b', 10),
          file('video.mp4', 30_000_000),
          file('c', 20),
          file('d', 5),
        ],
      ],
      'the bundle is too large: sources: 50.0 MB, of which video.mp4 30.0 MB, dump.sql 20.0 MB, c 20 B',
    ],
    [
      'manifests that are much together',
      [
        Array.from({ length: 12 }, (_, index) =>
          settings(String.fromCharCode(97 + index), 1_400_000),
        ),
        [],
      ],
      'the bundle is too large: rendered manifests: 16.8 MB, of which ConfigMap a 1.4 MB, ConfigMap b 1.4 MB, ConfigMap c 1.4 MB',
    ],
    [
      'everything at once',
      [many, [file('dump.sql', 30_000_000)]],
      'the bundle is too large: objects: 501; sources: 30.0 MB, of which dump.sql 30.0 MB',
    ],
  ])('%s', (_name, given, message) => {
    expect(messageOf(...given)).toBe(message);
  });
});
