import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
