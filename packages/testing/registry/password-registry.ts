import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, startProcess } from '@slipway/io/command';
import { waitUntil } from '@slipway/lab/waiting';
import { listen, stop } from './test-server.js';

export interface PasswordRegistry {
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** What a request has to carry. */
  readonly authorization: string;
  close(): Promise<void>;
}

/** Debian's docker-registry, which the lab installs for its own registry, on loopback and behind a password. */
export async function startPasswordRegistry(
  username: string,
  password: string,
): Promise<PasswordRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-password-registry-'));
  const [host, hash] = await Promise.all([findFreeHost(), hashPassword(password)]);
  const htpasswd = join(folder, 'htpasswd');
  writeFileSync(htpasswd, `${username}:${hash}\n`, { mode: 0o600 });
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
    http: { addr: host, relativeurls: true },
    auth: { htpasswd: { realm: 'registry', path: htpasswd } },
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const registry = await startProcess(['docker-registry', 'serve', join(folder, 'config.yml')]);
  const close = async (): Promise<void> => {
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  try {
    await waitUntil(() => tryAsk(host, authorization), {
      what: `the registry behind a password at ${host}`,
      timeoutMs: 20_000,
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { host, authorization, close };
}

/** The registry takes bcrypt only, which perl has from the C library. The password goes in by a pipe. */
async function hashPassword(password: string): Promise<string> {
  const program = 'local $/; print crypt(<STDIN>, q($2y$04$abcdefghijklmnopqrstuu))';
  const { stdout } = await runCommand(['perl', '-e', program], { input: password });
  return stdout;
}

async function findFreeHost(): Promise<string> {
  const server = createServer();
  const host = await listen(server);
  await stop(server);
  return host;
}

async function tryAsk(host: string, authorization: string): Promise<true | undefined> {
  try {
    const answer = await fetch(`http://${host}/v2/`, { headers: { authorization } });
    return answer.ok ? true : undefined;
  } catch {
    return undefined;
  }
}
