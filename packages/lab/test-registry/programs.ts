import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '../build/index.js';
import { ensurePackages, installs } from '../packages/index.js';
import type { ServerKeys, SignerKeys } from '../keys/index.js';
import type { TestRegistryKind } from './kinds.js';
import type { TokenService } from './token-service.js';

type Log = (line: string) => void;

/** What a registry is started with. */
export interface RegistrySettings {
  readonly kind: TestRegistryKind;
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** Its own, for its files. */
  readonly folder: string;
  readonly tls: ServerKeys | undefined;
  readonly password: { readonly username: string; readonly password: string } | undefined;
  readonly tokens: { readonly service: TokenService; readonly signer: SignerKeys } | undefined;
}

/** Installs and builds the programs of every kind where they are not there yet. */
export async function prepareTestRegistries(log: Log, signal?: AbortSignal): Promise<void> {
  if (installs()) await ensurePackages(['docker-registry', 'openssl'], log, signal);
  await ensureProgram('registry', log, signal);
  await ensureProgram('distribution', log, signal);
}

/** Writes the files of a registry, and answers with the command that starts it. */
export async function writeRegistry(
  settings: RegistrySettings,
  log: Log,
): Promise<readonly [string, ...string[]]> {
  await ensurePackages(['openssl'], log);
  switch (settings.kind) {
    case 'distribution-2':
      await ensurePackages(['docker-registry'], log);
      return ['docker-registry', 'serve', await writeDistributionConfig(settings)];
    case 'distribution-3': {
      const programs = await ensureProgram('distribution', log);
      const program = join(programs, 'distribution-registry');
      return [program, 'serve', await writeDistributionConfig(settings)];
    }
    case 'go-containerregistry':
    case 'go-containerregistry-with-referrers':
    case 'cuelabs':
      return [join(await ensureProgram('registry', log), 'oci-registry'), ...guarded(settings)];
  }
}

/** Both generations read the same configuration. JSON is YAML too. */
async function writeDistributionConfig(settings: RegistrySettings): Promise<string> {
  const { host, folder, tls } = settings;
  const certificate = tls === undefined ? {} : { certificate: tls.certificate, key: tls.key };
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
    http: { addr: host, relativeurls: true, secret: 'only for tests', tls: certificate },
    auth: await describeAuth(settings),
  };
  const file = join(folder, 'config.yml');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

async function describeAuth({
  folder,
  password,
  tokens,
}: RegistrySettings): Promise<object | undefined> {
  if (password !== undefined) {
    const path = join(folder, 'htpasswd');
    const hash = await hashPassword(password.password);
    writeFileSync(path, `${password.username}:${hash}\n`, { mode: 0o600 });
    return { htpasswd: { realm: 'registry', path } };
  }
  if (tokens === undefined) return undefined;
  const { realm, service, issuer } = tokens.service;
  const trust = { rootcertbundle: tokens.signer.certificate, signingalgorithms: ['ES256'] };
  return { token: { realm, service, issuer, ...trust } };
}

function guarded({ kind, host, folder, tls, password, tokens }: RegistrySettings): string[] {
  const argv = ['-address', host, '-kind', kind];
  if (tls !== undefined) argv.push('-certificate', tls.certificate, '-key', tls.key);
  if (password !== undefined) {
    const file = join(folder, 'password');
    writeFileSync(file, `${password.username}:${password.password}\n`, { mode: 0o600 });
    argv.push('-password', file);
  }
  if (tokens !== undefined) {
    const { realm, service, issuer } = tokens.service;
    argv.push('-realm', realm, '-service', service, '-issuer', issuer);
    argv.push('-signer', tokens.signer.certificate);
  }
  return argv;
}

/** The registry takes bcrypt only, which perl has from the C library. The password goes in by a pipe. */
async function hashPassword(password: string): Promise<string> {
  const program = 'local $/; print crypt(<STDIN>, q($2y$04$abcdefghijklmnopqrstuu))';
  const { stdout } = await runCommand(['perl', '-e', program], { input: password });
  return stdout;
}
