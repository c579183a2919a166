import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand, type CommandResult } from '@slipway/io/command';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertOwnParts, openLab, type EnginePart, type Lab } from '../parts/index.js';

const timeoutMs = 120_000;
let lab: Lab;
let engine: EnginePart;
let folder = '';

beforeAll(async () => {
  assertOwnParts();
  folder = mkdtempSync(join(tmpdir(), 'lab-engine-'));
  lab = await openLab();
  engine = await lab.engine();
}, timeoutMs);

afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}, timeoutMs);

describe('the engine builds', () => {
  test(
    'a Dockerfile of two stages into an OCI layout',
    async () => {
      const place = writeDockerfile('two-stages', [
        'FROM busybox:1.36 AS build',
        'RUN echo made here > /made',
        'FROM scratch',
        'COPY --from=build /made /made',
      ]);
      const layout = join(place, 'layout');

      await docker(['buildx', 'build', '--output', `type=oci,dest=${layout},tar=false`, place]);

      const index: unknown = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
      expect(index).toMatchObject({
        manifests: [expect.objectContaining({ digest: expect.stringMatching(/^sha256:/) })],
      });
      expect(readdirSync(layout)).toEqual(expect.arrayContaining(['blobs', 'oci-layout']));
    },
    timeoutMs,
  );

  test.each([
    ['node:24-alpine', 'USER node', 'node -e "console.log(6 * 7)"', '42'],
    ['python:3.11-slim', 'USER 1000', 'python -c "import ssl, unittest; print(6 * 7)"', '42'],
    ['golang:1.26-alpine', 'WORKDIR /src', testModule(), 'ok  \tanswer'],
  ])(
    'from %s, without a way out to Docker Hub',
    async (image, setting, command, expected) => {
      const [name = ''] = image.split(':');
      const place = writeDockerfile(name, [
        `FROM ${image}`,
        setting,
        `RUN ${command} | tee /tmp/out`,
      ]);

      const { stderr } = await docker(['build', '--progress=plain', '--no-cache', place]);

      expect(stderr).toContain(expected);
    },
    timeoutMs,
  );

  test.each(['candidates', 'production'] as const)(
    'and pushes to and from the registry of the %s over plain HTTP',
    async (name) => {
      const { host } = await lab.registry(name);
      const reference = `${host}/engine-test/app:1`;
      const place = writeDockerfile(`to-${name}`, ['FROM busybox:1.36', 'RUN echo > /there']);
      const next = writeDockerfile(`from-${name}`, [`FROM ${reference}`, 'RUN test -f /there']);

      await docker(['buildx', 'build', '--push', '--tag', reference, place]);
      await docker(['build', '--no-cache', next]);
      await docker(['pull', reference]);

      const { stdout } = await docker(['image', 'inspect', '--format', '{{.RepoTags}}', reference]);
      expect(stdout.trim()).toBe(`[${reference}]`);
    },
    timeoutMs,
  );

  test(
    'nothing from an image that the lab does not have, and says so at once',
    async () => {
      const { exitCode, stderr } = await docker(['pull', 'no-such-image:1'], [1]);

      expect(exitCode).toBe(1);
      expect(stderr).toContain('failed to resolve reference "docker.io/library/no-such-image:1"');
    },
    timeoutMs,
  );
});

describe('the engine runs', () => {
  test(
    'a container that writes into a folder of the host',
    async () => {
      const place = join(folder, 'mounted');
      mkdirSync(place);

      await docker([
        ...['run', '--rm', '--init', '--volume', `${place}:/place`],
        ...['busybox:1.36', 'sh', '-c', 'echo written > /place/note'],
      ]);

      expect(readFileSync(join(place, 'note'), 'utf8')).toBe('written\n');
    },
    timeoutMs,
  );

  test(
    'services that find each other by name and answer where they publish their ports',
    async () => {
      const file = join(folder, 'compose.json');
      writeFileSync(file, JSON.stringify(describeServices()));
      const compose = ['compose', '--project-name', 'engine-test', '--file', file];

      await docker([...compose, 'up', '--detach', '--wait']);
      const asked = ['exec', 'front', 'wget', '-q', '-O-', 'http://back:8080/etc/hostname'];
      const { stdout: inside } = await docker([...compose, ...asked]);
      const { stdout: port } = await docker([...compose, 'port', 'front', '8080']);
      const published = `${engine.address}:${port.trim().split(':')[1] ?? ''}`;
      const answer = await fetch(`http://${published}/etc/hostname`);
      const outside = await answer.text();
      await docker([...compose, 'down', '--timeout', '1']);

      expect(inside.trim()).toBe('back');
      expect(outside.trim()).toBe('front');
    },
    timeoutMs,
  );
});

async function docker(
  argv: readonly string[],
  acceptExitCodes: readonly number[] = [],
): Promise<CommandResult> {
  const path = `${engine.programs}${delimiter}${process.env['PATH'] ?? ''}`;
  const env = { ...engine.environment, PATH: path };
  return runCommand(['docker', ...argv], { env, acceptExitCodes });
}

function writeDockerfile(name: string, lines: readonly string[]): string {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'Dockerfile'), `${lines.join('\n')}\n`);
  return place;
}

/** A module of its own with a test, built, vetted and tested. */
function testModule(): string {
  const test = 'package answer; import "testing"; func TestAnswer(t *testing.T) {}';
  return [
    'go mod init answer',
    `echo '${test}' | tr ';' '\\n' >answer_test.go`,
    'go vet ./...',
    'go test ./...',
  ].join(' && ');
}

/** Two that serve their own name; the second starts when the first is healthy. */
function describeServices(): object {
  const service = (name: string): object => ({
    image: 'busybox:1.36',
    hostname: name,
    command: ['httpd', '-f', '-p', '8080', '-h', '/'],
    healthcheck: {
      test: ['CMD', 'wget', '-q', '-O-', 'http://127.0.0.1:8080/etc/hostname'],
      interval: '200ms',
    },
  });
  const needed = { back: { condition: 'service_healthy' } };
  return {
    services: {
      back: service('back'),
      front: { ...service('front'), ports: ['8080'], depends_on: needed },
    },
  };
}
