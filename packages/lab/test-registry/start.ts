import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type RunningProcess } from '@slipway/io/command';
import { LabError } from '../errors/index.js';
import { waitUntil } from '../waiting/index.js';
import { makeServerKeys, makeSignerKeys, type ServerKeys } from '../keys/index.js';
import { registryTraits, type RegistryTraits, type TestRegistryKind } from './kinds.js';
import { writeRegistry } from './programs.js';
import { startTokenService, type TokenRules, type TokenService } from './token-service.js';

/** What a registry asks of who comes: nothing where this is absent. */
export type TestRegistryAuth =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly rules: TokenRules };

export interface TestRegistryOptions {
  readonly kind: TestRegistryKind;
  readonly auth?: TestRegistryAuth;
  /** By a private authority. */
  readonly hasTls?: boolean;
}

export interface TestRegistry {
  readonly kind: TestRegistryKind;
  readonly traits: RegistryTraits;
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** Its PEM files, where it speaks TLS. */
  readonly tls?: ServerKeys;
  /** Where it takes tokens. */
  readonly tokens?: TokenService;
  /** What a request has to carry to read or write these repositories; undefined where nothing is asked. */
  authorize(...repositories: readonly string[]): string | undefined;
  /** Ends it and forgets what it held. */
  close(): Promise<void>;
}

/**
 * Starts an empty registry on a free loopback port, with a folder of its own. It ends with this process,
 * whatever ends it.
 *
 * @example await startTestRegistry({ kind: 'distribution-3', hasTls: true })
 * @throws LabError when it does not come up
 */
export async function startTestRegistry(options: TestRegistryOptions): Promise<TestRegistry> {
  const { kind, auth } = options;
  const folder = mkdtempSync(join(tmpdir(), `slipway-${kind}-`));
  const closers = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  try {
    const tls = options.hasTls === true ? await makeServerKeys(folder) : undefined;
    const tokens =
      auth?.kind === 'token' ? await openTokens(kind, auth.rules, folder, tls) : undefined;
    if (tokens !== undefined) closers.push(() => tokens.service.close());
    const host = await findFreeHost();
    const password = auth?.kind === 'password' ? auth : undefined;
    const argv = await writeRegistry(
      { kind, host, folder, tls, password, tokens },
      () => undefined,
    );
    const running = await startProcess(argv, { env: { OTEL_TRACES_EXPORTER: 'none' } });
    closers.push(() => running.stop());
    await waitForAnswer(kind, host, tls, running);
    return {
      kind,
      traits: registryTraits[kind],
      host,
      ...(tls === undefined ? {} : { tls }),
      ...(tokens === undefined ? {} : { tokens: tokens.service }),
      authorize: (...repositories) => authorize(auth, tokens?.service, repositories),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openTokens(
  kind: TestRegistryKind,
  rules: TokenRules,
  folder: string,
  tls: ServerKeys | undefined,
) {
  const signer = await makeSignerKeys(folder);
  const { leewayS } = registryTraits[kind];
  const service = await startTokenService({
    rules,
    signer,
    leewayS,
    ...(tls === undefined ? {} : { tls }),
  });
  return { signer, service };
}

function authorize(
  auth: TestRegistryAuth | undefined,
  tokens: TokenService | undefined,
  repositories: readonly string[],
): string | undefined {
  if (auth?.kind === 'password') {
    return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  }
  const access = repositories.map((name) => ({
    type: 'repository',
    name,
    actions: ['pull', 'push', 'delete'],
  }));
  return tokens === undefined ? undefined : `Bearer ${tokens.issue(access)}`;
}

async function findFreeHost(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

async function waitForAnswer(
  kind: TestRegistryKind,
  host: string,
  tls: ServerKeys | undefined,
  running: RunningProcess,
): Promise<void> {
  let ending: string | undefined;
  void running.ended.then((sentence) => (ending = sentence));
  await waitUntil(
    async () => {
      if (ending !== undefined) throw new LabError(`${kind} did not come up: ${ending}`);
      const status = await tryAsk(host, tls);
      return status === 200 || status === 401 ? true : undefined;
    },
    { what: `${kind} at ${host}`, timeoutMs: 20_000, everyMs: 20 },
  );
}

function tryAsk(host: string, tls: ServerKeys | undefined): Promise<number | undefined> {
  const options = { agent: false, headers: { connection: 'close' } };
  return new Promise((resolve) => {
    const request =
      tls === undefined
        ? requestPlain(`http://${host}/v2/`, options)
        : requestTls(`https://${host}/v2/`, { ...options, ca: readFileSync(tls.authority) });
    request.once('error', () => resolve(undefined));
    request.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.end();
  });
}
