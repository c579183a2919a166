import { describe, expect, test } from '@jest/globals';
import { formatSave, formatStoredImage, parseStoredReference } from './image-store.js';

describe('parseStoredReference', () => {
  const id = `sha256:${'a'.repeat(64)}`;

  test.each([
    ['orders', 'orders:latest'],
    ['orders:1.4.0', 'orders:1.4.0'],
    ['localhost:5000/team/orders', 'localhost:5000/team/orders:latest'],
    [`orders@${id}`, `orders@${id}`],
    [id, id],
  ])('%s', (text, reference) => {
    expect(parseStoredReference(text, 'source')).toBe(reference);
  });

  test.each(['', 'Orders', '--all', 'a b', '[vfs]orders'])('%j is none', (text) => {
    expect(() => parseStoredReference(text, 'source')).toThrow('1 problem in what was given');
  });
});

test.each([
  ['docker', false, ['docker', 'save', '--output', '/t/a.tar', 'orders:1']],
  [
    'podman',
    false,
    ['podman', 'save', '--format', 'oci-archive', '--output', '/t/a.tar', 'orders:1'],
  ],
  ['podman', true, ['podman', 'manifest', 'push', '--all', 'orders:1', 'oci-archive:/t/a.tar']],
  ['buildah', false, ['buildah', 'push', 'orders:1', 'oci-archive:/t/a.tar']],
  ['buildah', true, ['buildah', 'manifest', 'push', '--all', 'orders:1', 'oci-archive:/t/a.tar']],
] as const)('formatSave: %s, a list: %s', (program, isList, argv) => {
  expect(formatSave(program, 'orders:1', '/t/a.tar', isList)).toEqual(argv);
});

test('formatStoredImage', () => {
  const image = { store: 'docker-daemon', reference: 'orders:1' } as const;

  expect(formatStoredImage(image)).toBe('docker-daemon:orders:1');
});
