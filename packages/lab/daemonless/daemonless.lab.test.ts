import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type CommandResult } from '@slipway/io/command';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLab, type DaemonlessName, type DaemonlessPart, type Lab } from '../parts/index.js';

const timeoutMs = 120_000;
const names: readonly DaemonlessName[] = ['podman', 'buildah'];
const parts = new Map<DaemonlessName, DaemonlessPart>();
let lab: Lab;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-daemonless-'));
  lab = await openLab();
  for (const name of names) parts.set(name, await lab.daemonless(name));
}, timeoutMs);

afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}, timeoutMs);

async function run(
  name: DaemonlessName,
  argv: readonly string[],
  acceptExitCodes: readonly number[] = [],
): Promise<CommandResult> {
  const program = join(parts.get(name)?.programs ?? '', name);
  return runCommand([program, ...argv], { cwd: folder, acceptExitCodes });
}

describe.each(names)('%s', (name) => {
  test(
    'builds of a base image of the lab, in the folder in which it was called',
    async () => {
      const place = join(folder, name);
      mkdirSync(place);
      writeFileSync(join(place, 'Dockerfile'), 'FROM busybox:1.36\nRUN echo made here > /made\n');

      await run(name, ['build', '--iidfile', `${name}.id`, name]);
      await run(name, [
        'push',
        readFileSync(join(folder, `${name}.id`), 'utf8'),
        `oci:${place}/out`,
      ]);

      const index: unknown = JSON.parse(readFileSync(join(place, 'out/index.json'), 'utf8'));
      expect(index).toMatchObject({ manifests: [{ digest: expect.stringMatching(/^sha256:/) }] });
    },
    timeoutMs,
  );

  test(
    'says with which exit code it ended',
    async () => {
      const { exitCode, stderr } = await run(name, ['no-such-command'], [125]);

      expect(exitCode).toBe(125);
      expect(stderr).toContain('no-such-command');
    },
    timeoutMs,
  );
});

test(
  'podman runs containers that find each other by name and write into a folder of the host',
  async () => {
    const net = 'daemonless-test';
    const place = join(folder, 'mounted');
    mkdirSync(place);
    const serve = ['httpd', '-f', '-p', '8080', '-h', '/'];
    const ask = 'until wget -q -O- http://back:8080/etc/hostname; do sleep 0.1; done >/place/note';

    await run('podman', ['network', 'create', net]);
    await run('podman', [
      ...['run', '--detach', '--name', 'back', '--hostname', 'back', '--network', net],
      ...['busybox:1.36', ...serve],
    ]);
    await run('podman', [
      ...['run', '--rm', '--init', '--network', net, '--volume', `${place}:/place`],
      ...['busybox:1.36', 'sh', '-c', ask],
    ]);
    await run('podman', ['rm', '--force', '--time', '0', 'back']);
    await run('podman', ['network', 'rm', net]);

    expect(readFileSync(join(place, 'note'), 'utf8')).toBe('back');
  },
  timeoutMs,
);

test(
  'a container that is asked to end hears of it',
  async () => {
    const script = 'trap "echo ended; exit 7" TERM; echo ready; while :; do sleep 0.05; done';
    const controller = new AbortController();
    const lines: string[] = [];
    const ended = runCommand(
      [
        join(parts.get('podman')?.programs ?? '', 'podman'),
        ...['run', '--rm', 'busybox:1.36', 'sh', '-c', script],
      ],
      {
        signal: controller.signal,
        graceMs: 10_000,
        onStdoutLine: (line) => {
          lines.push(line);
          if (line === 'ready') controller.abort();
        },
      },
    );

    await expect(ended).rejects.toThrow('was interrupted');
    expect(lines).toContain('ended');
  },
  timeoutMs,
);
