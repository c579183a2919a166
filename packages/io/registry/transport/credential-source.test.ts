import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredentialSource } from './credential-source.js';
import { parseRegistryAuth } from './registry-auth.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
  await mkdir(join(folder, 'docker'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Auths = Readonly<Record<string, string>>;

interface Machine {
  readonly given?: readonly string[];
  readonly docker?: Auths;
  /** One file after the other. */
  readonly containers?: readonly Auths[];
}

/** Each credential is `<username>:pw`. */
async function prepare({ given = [], docker = {}, containers = [] }: Machine) {
  const format = (auths: Auths): string =>
    JSON.stringify({
      auths: Object.fromEntries(
        Object.entries(auths).map(([key, username]) => [
          key,
          { auth: Buffer.from(`${username}:pw`).toString('base64') },
        ]),
      ),
    });
  await writeFile(join(folder, 'docker', 'config.json'), format(docker));
  const authFiles = containers.map((_, index) => join(folder, `auth-${index}.json`));
  for (const [index, auths] of containers.entries())
    await writeFile(join(folder, `auth-${index}.json`), format(auths));
  const find = createCredentialSource(
    given.map((line) => parseRegistryAuth(line, 'registry-auth')),
    {
      dockerConfig: join(folder, 'docker'),
      authFiles: [join(folder, 'absent.json'), ...authFiles],
    },
  );
  return async (registry: string, path?: string): Promise<string | undefined> => {
    const credential = await find(registry, path);
    return credential?.kind === 'password' ? credential.username : undefined;
  };
}

const host = 'r.example.com';

describe('who we are at a registry is said', () => {
  test.each<[string, Machine, string | undefined]>([
    ['nowhere', {}, undefined],
    ['by the input', { given: [`${host} input pw`], docker: { [host]: 'docker' } }, 'input'],
    ['by Docker', { docker: { [host]: 'docker' }, containers: [{ [host]: 'podman' }] }, 'docker'],
    ['by podman', { docker: { 'x.y': 'docker' }, containers: [{ [host]: 'podman' }] }, 'podman'],
    ['by the first file', { containers: [{ 'x.y': 'a' }, { [host]: 'b' }, { [host]: 'c' }] }, 'b'],
    ['for a part of the name only', { containers: [{ 'example.com': 'a' }] }, undefined],
    ['for another port', { containers: [{ [`${host}:443`]: 'a' }] }, undefined],
  ])('%s', async (_name, machine, expected) => {
    const find = await prepare(machine);

    expect(await find(host, 'team/orders')).toBe(expected);
  });
});

describe('auth.json knows namespaces', () => {
  const auths = {
    [host]: 'host',
    [`${host}/team`]: 'team',
    [`${host}/team/orders`]: 'orders',
    'docker.io/library': 'library',
    'https://index.docker.io/v1/': 'hub',
    'only.example.com/team': 'only',
  };

  test.each([
    [host, 'team/orders', 'orders'],
    [host, 'team/orders/api', 'orders'],
    [host, 'team/payments', 'team'],
    [host, 'teams/orders', 'host'],
    [host, 'other', 'host'],
    [host, undefined, 'host'],
    ['docker.io', 'library/postgres', 'library'],
    ['docker.io', 'other/postgres', 'hub'],
    ['only.example.com', 'team/x', 'only'],
    ['only.example.com', 'other', undefined],
    ['only.example.com', undefined, undefined],
  ])('%s/%s', async (registry, path, expected) => {
    const find = await prepare({ containers: [auths] });

    expect(await find(registry, path)).toBe(expected);
  });

  test('and Docker does not', async () => {
    const find = await prepare({ docker: auths });

    expect(await find(host, 'team/orders')).toBe('host');
    expect(await find('only.example.com', 'team/x')).toBeUndefined();
  });
});

test('a file is read once for a question', async () => {
  const find = await prepare({ containers: [{ [host]: 'podman' }] });
  const first = await find(host, 'a');
  await rm(join(folder, 'auth-0.json'));

  expect([first, await find(host, 'a'), await find(host, 'b')]).toEqual([
    'podman',
    'podman',
    undefined,
  ]);
});
