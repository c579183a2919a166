import { expect, test } from '@jest/globals';
import { formatImageConfig } from './image-config.js';

test('times are the commit’s at most, and what only the daemon knows is left out', () => {
  const saved = {
    architecture: 'amd64',
    os: 'linux',
    created: '2026-11-28T17:46:39.441719211Z',
    container: '1f0c',
    docker_version: '26.1.5',
    config: { Hostname: '1f0c', Image: 'sha256:1', Cmd: ['sh'], Labels: { a: '1' }, Volumes: null },
    history: [
      { created: '2026-11-28T17:46:38Z', created_by: 'RUN true' },
      { created: '1970-01-01T00:00:00Z', created_by: 'base', empty_layer: true },
    ],
  };

  expect(formatImageConfig(saved, ['sha256:2'], 1_700_000_000)).toEqual({
    created: '2023-11-14T22:13:20Z',
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['sh'], Labels: { a: '1' } },
    rootfs: { type: 'layers', diff_ids: ['sha256:2'] },
    history: [
      { created: '2023-11-14T22:13:20Z', created_by: 'RUN true' },
      { created: '1970-01-01T00:00:00Z', created_by: 'base', empty_layer: true },
    ],
  });
});

test('without a commit the times stay', () => {
  const config = formatImageConfig({ created: '2026-11-28T17:46:39Z' }, [], undefined);

  expect(config).toMatchObject({ created: '2026-11-28T17:46:39Z' });
});
