import { expect, test } from '@jest/globals';
import {
  formatContainersConfig,
  formatProgram,
  formatRegistriesConfig,
  formatStorageConfig,
} from './files.js';

const facts = {
  mirror: '10.64.0.1:20000',
  plainHttp: ['10.64.0.1:20000', '10.64.0.1:20001'],
  storageDriver: 'overlay',
  networks: '10.64.4.0/24',
} as const;

test('images that a Dockerfile names as Docker Hub’s come from the registry of the lab', () => {
  const config = formatRegistriesConfig(facts);

  expect(config).toContain(
    'location = "docker.io"\n[[registry.mirror]]\nlocation = "10.64.0.1:20000"',
  );
  expect(config).toContain('location = "10.64.0.1:20001"\ninsecure = true');
  expect(config.match(/^\[\[registry\]\]$/gm)).toHaveLength(3);
});

test('images and networks are the part’s own', () => {
  expect(formatStorageConfig(facts)).toContain('driver = "overlay"\ngraphroot = "/run/lab/graph"');
  expect(formatContainersConfig(facts)).toContain('default_subnet = "10.64.4.0/26"');
  expect(formatContainersConfig(facts)).toContain('base = "10.64.4.128/25", size = 28');
});

test.each([
  ['root', true, 'nsenter --target 4711 --net'],
  ['somebody else', false, 'sudo -n --preserve-env nsenter --target 4711 --net'],
])('the program of %s runs where the part is', (_name, isRoot, expected) => {
  const script = formatProgram('/usr/bin/podman', 4711, isRoot);

  expect(script).toContain(`\n${expected}`);
  expect(script).toContain('--wd="$PWD" -- /usr/bin/podman "$@" <&0 &\n');
});
