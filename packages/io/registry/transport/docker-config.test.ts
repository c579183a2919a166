import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Credential } from './credential.js';
import { findDockerCredential } from './docker-config.js';

const helper = `#!/bin/sh
read host
case "$host" in
  helped.example.com) echo '{"ServerURL":"x","Username":"hel","Secret":"per"}' ;;
  token.example.com) echo '{"ServerURL":"x","Username":"<token>","Secret":"identity"}' ;;
  https://index.docker.io/v1/) echo '{"Username":"hub","Secret":"pw"}' ;;
  sad.example.com) echo 'token expired'; exit 1 ;;
  broken.example.com) echo 'secret-in-output' >&2; exit 3 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
`;
const basic = (pair: string): string => Buffer.from(pair).toString('base64');

let folder: string;
const path = process.env['PATH'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-config-'));
  await writeFile(join(folder, 'docker-credential-test'), helper);
  await chmod(join(folder, 'docker-credential-test'), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
});

afterAll(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true });
});

function show(credential: Credential | undefined): string | undefined {
  if (credential === undefined) return undefined;
  return credential.kind === 'password'
    ? `${credential.username}:${credential.password.reveal()}`
    : `token ${credential.token.reveal()}`;
}

async function find(config: unknown, registry: string): Promise<string | undefined> {
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return show(await findDockerCredential(registry, folder));
}

const auths = {
  'r.example.com': { auth: basic('ci:a:b') },
  'https://url.example.com/v2/': { auth: basic('ci:url') },
  'plain.example.com:5000': { username: 'u', password: 'p' },
  'identity.example.com': { auth: basic('00000000:'), identitytoken: 'tok' },
  'https://index.docker.io/v1/': { auth: basic('hub:pw') },
  'helped.example.com': {},
  'paths.example.com/team': { auth: basic('team:pw') },
  'https://both.example.com/v2/': { auth: basic('url:pw') },
  'both.example.com': { auth: basic('host:pw') },
  'https://docker.io.example.com/': { auth: basic('slash:pw') },
  'nul.example.com': { auth: basic('ci:pw\0\0') },
  'acr.example.com': { auth: basic('00000000-0000-0000-0000-000000000000:refresh') },
  'user.example.com': { auth: basic('ci:') },
  'null.example.com': null,
  'number.example.com': { auth: 7, username: {} },
};

describe('findDockerCredential', () => {
  test.each([
    ['r.example.com', 'ci:a:b'],
    ['url.example.com', 'ci:url'],
    ['plain.example.com:5000', 'u:p'],
    ['plain.example.com', undefined],
    ['identity.example.com', 'token tok'],
    ['docker.io', 'hub:pw'],
    ['example.com', undefined],
    ['sub.r.example.com', undefined],
    ['helped.example.com', undefined],
    ['R.example.com', undefined],
    ['paths.example.com', undefined],
    ['both.example.com', 'host:pw'],
    ['docker.io.example.com', 'slash:pw'],
    ['nul.example.com', 'ci:pw'],
    ['acr.example.com', 'token refresh'],
    ['user.example.com', undefined],
    ['null.example.com', undefined],
    ['number.example.com', undefined],
    ['__proto__', undefined],
  ])('%s in auths', async (registry, expected) => {
    expect(await find({ auths }, registry)).toBe(expected);
  });

  test.each([
    ['helped.example.com', 'hel:per'],
    ['token.example.com', 'token identity'],
    ['docker.io', 'hub:pw'],
    ['r.example.com', 'ci:a:b'],
  ])('%s in the store, then auths', async (registry, expected) => {
    expect(await find({ auths, credsStore: 'test' }, registry)).toBe(expected);
  });

  test('the helper of a host comes first', async () => {
    const config = {
      auths: { 'helped.example.com': { auth: basic('wrong:wrong') } },
      credHelpers: { 'helped.example.com': 'test' },
    };

    expect(await find(config, 'helped.example.com')).toBe('hel:per');
  });

  test('a helper that does not work is named, its output is not shown', async () => {
    await expect(find({ credsStore: 'test' }, 'broken.example.com')).rejects.toThrow(
      /^docker-credential-test, which keeps the credentials of broken.example.com, does not work \(exit-code\)$/,
    );
  });

  test('the helper of a host that has its own words for failure is not taken for one without an entry', async () => {
    const config = { credHelpers: { 'sad.example.com': 'test', 'other.example.com': 'test' } };

    await expect(find(config, 'sad.example.com')).rejects.toThrow(
      'docker-credential-test, which keeps the credentials of sad.example.com, does not work (exit-code)',
    );
    expect(await find(config, 'other.example.com')).toBeUndefined();
    expect(await find({ credsStore: 'test' }, 'sad.example.com')).toBeUndefined();
  });

  test.each(['../../bin/sh', 'a b', '-x'])('a helper that cannot be one: %s', async (name) => {
    await expect(find({ credsStore: name }, 'r.example.com')).rejects.toMatchObject({
      problems: [{ given: name, expected: 'the name of a credential helper, such as ecr-login' }],
    });
  });

  test('an auth that cannot be read is told without what it holds', async () => {
    const config = { auths: { 'r.example.com': { auth: 'c2VjcmV0' } } };

    await expect(find(config, 'r.example.com')).rejects.toMatchObject({
      problems: [
        {
          subject: join(folder, 'config.json'),
          expected: 'an auth of r.example.com that is base64 of “username:password”',
          fix: 'Log in again.',
        },
      ],
    });
  });

  test.each(['[]', 'null', '1', '"x"', '', '\u{feff}{}', '['.repeat(100_000)])(
    'a configuration that is %s',
    async (text) => {
      await writeFile(join(folder, 'config.json'), text);

      await expect(findDockerCredential('r.example.com', folder)).rejects.toMatchObject({
        code: 'invalid-input',
        problems: [{ expected: 'JSON, as docker login or podman login write it' }],
      });
    },
  );

  test('a configuration that is a folder', async () => {
    await mkdir(join(folder, 'odd', 'config.json'), { recursive: true });

    await expect(findDockerCredential('r.example.com', join(folder, 'odd'))).rejects.toMatchObject({
      problems: [
        { subject: join(folder, 'odd', 'config.json'), expected: 'a file that can be read' },
      ],
    });
  });

  test('keys that are names of JavaScript are names of nothing', async () => {
    await writeFile(
      join(folder, 'config.json'),
      '{"__proto__":{"credsStore":"evil"},"auths":{"__proto__":{"auth":"YTpi"}}}',
    );

    expect(await findDockerCredential('r.example.com', folder)).toBeUndefined();
  });

  test('a configuration that is no JSON', async () => {
    await writeFile(join(folder, 'config.json'), '{');

    await expect(findDockerCredential('r.example.com', folder)).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [{ subject: join(folder, 'config.json') }],
    });
  });

  test('no configuration', async () => {
    expect(await findDockerCredential('r.example.com', join(folder, 'none'))).toBeUndefined();
  });
});
