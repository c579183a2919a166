import { randomUUID } from 'node:crypto';
import { chmod, lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '@slipway/io/command';
import { openLayout } from '@slipway/io/registry';
import { openLab, type Lab } from '@slipway/lab/parts';
import {
  openEngineAccess,
  openJob,
  runnerEngines,
  type EngineAccess,
  type Job,
} from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');

/** The stage `test` leaves a report, one that has a failure where FAIL is set. */
const dockerfile = `FROM busybox:1.36 AS sources
WORKDIR /app
COPY . .

FROM sources AS test
ENV FAIL=
CMD ["sh", "test.sh"]

FROM sources
RUN mkdir /made && echo it > /made/it
LABEL from=dockerfile
ENTRYPOINT ["/bin/sh"]
`;
const testScript = `mkdir -p reports
fail='<failure message="3 is not 4"/>'
echo "<testsuite><testcase name='adds'/><testcase name='totals'>\${FAIL:+$fail}</testcase></testsuite>" > reports/junit.xml
echo tests are over
test -z "$FAIL"
`;
const files = { Dockerfile: dockerfile, '.dockerignore': '.git\n', 'test.sh': testScript };

/** What each engine called the image of the first test. */
const digests = new Map<string, string>();
let lab: Lab;
/** What the registry calls the image that everything is built upon. */
let baseDigest = '';

beforeAll(async () => {
  lab = await openLab();
  await lab.engine(); // it puts the base images into the registry
  const { host } = await lab.registry('candidates');
  const found = await fetch(`http://${host}/v2/library/busybox/manifests/1.36`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  baseDigest = found.headers.get('docker-content-digest') ?? '';
});

afterAll(async () => {
  await lab.close();
});

describe.each(runnerEngines)('with %s', (engine) => {
  const jobs: Job[] = [];
  let access: EngineAccess;

  beforeAll(async () => {
    access = await openEngineAccess(lab, engine);
  });

  afterEach(async () => {
    for (const job of jobs.splice(0)) await job.remove();
  });

  afterAll(async () => {
    await access.close();
  });

  async function open(): Promise<Job> {
    const job = await openJob({ main, files, environment: access.environment });
    jobs.push(job);
    const name = engine === 'classic' ? 'docker' : engine;
    return { ...job, run: (inputs, env) => job.run({ engine: name, ...inputs }, env) };
  }

  test('builds, tests, and ends with a layout of compressed layers that are what they are called', async () => {
    const job = await open();

    const step = await job.run({
      'test-target': 'test',
      labels: 'org.opencontainers.image.version=1.4.0',
      annotations: 'org.opencontainers.image.title=orders, of the shop',
      layout: 'out/image',
    });

    expect(step.outputs.get('failure-message')).toBe('');
    const folder = join(job.workspace, 'out/image');
    const layout = await openLayout(folder);
    const { stdout: types } = await runCommand(
      [
        'sh',
        '-c',
        'cd blobs/sha256; sha256sum * | awk \'$1 != $2 { print "other:", $2 }\'; for f in *; do gzip -t $f 2>/dev/null && echo gzip; done; true',
      ],
      { cwd: folder },
    );
    const { manifest, descriptor } = layout.root;
    if (manifest.kind !== 'image') throw new Error('an index');
    const config: unknown = JSON.parse(
      await readFile(join(folder, 'blobs', manifest.config.digest.replace(':', '/')), 'utf8'),
    );
    digests.set(engine, descriptor.digest);
    expect(step.outputs.get('digest')).toBe(descriptor.digest);
    expect(step.outputs.get('tests')).toBe('2');
    expect(step.outputs.get('engine')).toBe(engine === 'classic' ? 'docker' : engine);
    expect(types.trim().split('\n')).toEqual(manifest.layers.map(() => 'gzip'));
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual(
      manifest.layers.map(() => 'application/vnd.oci.image.layer.v1.tar+gzip'),
    );
    expect(manifest.annotations).toMatchObject({
      'org.opencontainers.image.title': 'orders, of the shop',
    });
    expect(config).toMatchObject({
      architecture: 'amd64',
      config: {
        Entrypoint: ['/bin/sh'],
        WorkingDir: '/app',
        Labels: { from: 'dockerfile', 'org.opencontainers.image.version': '1.4.0' },
      },
    });
    const provenance: unknown = JSON.parse(
      await readFile(join(job.workspace, 'out/image.provenance.intoto.json'), 'utf8'),
    );
    expect(provenance).toMatchObject({
      subject: [{ digest: { sha256: descriptor.digest.slice('sha256:'.length) } }],
      predicate: {
        buildDefinition: {
          internalParameters: { engine: expect.stringMatching(/^(docker|podman|buildah) \d/) },
          resolvedDependencies: [
            { digest: { gitCommit: expect.stringMatching(/^[0-9a-f]{40}$/) } },
            {
              uri: expect.stringMatching(/^docker:\/\/(docker\.io\/library\/)?busybox:1\.36$/),
              digest: { sha256: baseDigest.slice('sha256:'.length) },
            },
          ],
        },
      },
    });
  });

  test('a build secret is nowhere but in its step, or refused before anything is built', async () => {
    const secret = `canary-${randomUUID()}`;
    const job = await open();
    const lines = [
      'FROM busybox:1.36',
      `RUN echo ${randomUUID()} > /new`,
      'RUN --mount=type=secret,id=npm cat /run/secrets/npm; test -s /run/secrets/npm; echo used > /used',
    ];
    await job.write({ Dockerfile: lines.join('\n') });

    const step = await job.run(
      { secrets: 'id=npm,env=NPM_TOKEN', layout: 'out/image' },
      { NPM_TOKEN: secret },
    );

    const { stdout: found } = await runCommand(
      ['sh', '-c', 'for f in $(find . -type f); do cat $f; zcat $f 2>/dev/null; done; true'],
      { cwd: job.workspace },
    );
    expect([step.log, step.summary, found].filter((text) => text.includes(secret))).toEqual([]);
    if (engine === 'classic') {
      expect(step.outputs.get('failure-code')).toBe('invalid-input');
      expect(step.outputs.get('failure-message')).toMatch(
        /secrets: expected nothing: docker \S+ without buildx gives no secrets to the steps of a build/,
      );
    } else {
      expect(step.outputs.get('failure-message')).toBe('');
      expect(step.log).toMatch(/^(#\d+ [\d.]+ )?\*\*\*/m);
      expect(found).toContain('used');
    }
  });

  test('steps of a build go to a registry, where the engine can', async () => {
    const { host } = await lab.registry('candidates');
    const repository = `cache/${randomUUID()}`;
    const place = `type=registry,ref=${host}/${repository}:cache`;
    const job = await open();
    await job.write({ Dockerfile: `FROM busybox:1.36\nRUN echo ${randomUUID()} > /made\n` });

    const step = await job.run({ 'cache-to': `${place},mode=max`, 'cache-from': place });

    if (engine === 'classic') {
      expect(step.outputs.get('failure-code')).toBe('invalid-input');
    } else {
      expect(step.outputs.get('failure-message')).toBe('');
      expect((await fetch(`http://${host}/v2/${repository}/tags/list`)).status).toBe(200);
    }
  });

  test('a failing test, and a stage that cannot be built, are two things', async () => {
    const job = await open();

    const tested = await job.run({ 'test-target': 'test', env: 'FAIL=yes' });
    await job.write({ Dockerfile: 'FROM busybox:1.36\nRUN echo compiling >&2; exit 3\n' });
    const built = await job.run({});

    expect(tested.outputs.get('failure-code')).toBe('tests-failed');
    expect(tested.outputs.get('failure-message')).toContain(
      '1 of 2 tests failed in the stage test',
    );
    expect(built.outputs.get('failure-code')).toBe('build-failed');
    expect(built.outputs.get('failure-message')).toMatch(/the image cannot be built: .*\b3\b/);
    expect(built.summary).toContain('compiling');
  });

  test('commands in an image see what they are given, whoever they run as', async () => {
    const job = await open();
    await chmod(job.workspace, 0o777);

    const step = await job.run(
      {
        'run-image': 'busybox:1.36',
        run: 'echo "$GREETING $TOKEN" > said\nsh test.sh',
        env: 'GREETING=good day\nTOKEN',
        user: '1234:1234',
        junit: 'reports/*.xml',
      },
      { TOKEN: 'from outside' },
    );

    expect(step.outputs.get('failure-message')).toBe('');
    expect(step.outputs.get('tests')).toBe('2');
    expect(await readFile(join(job.workspace, 'said'), 'utf8')).toBe('good day from outside\n');
    expect((await lstat(join(job.workspace, 'said'))).uid).toBe(process.getuid?.());
  });
});

test('podman and buildah of one age make the same image, each with a storage of its own', () => {
  expect(digests.get('podman')).toMatch(/^sha256:/);
  expect(digests.get('buildah')).toBe(digests.get('podman'));
});
