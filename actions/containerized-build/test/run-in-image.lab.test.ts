import { randomUUID } from 'node:crypto';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngineJobs, type EngineJobs } from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const passing = '<testsuite><testcase classname="orders" name="adds" time="0.5"/></testsuite>';

/** Of every process of this machine. */
async function listCommandLines(): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}

describe('containerized-build, commands in an image', () => {
  let jobs: EngineJobs;

  beforeAll(async () => {
    jobs = await openEngineJobs(main);
  });

  afterEach(async () => {
    await jobs.removeAll();
  });

  afterAll(async () => {
    await jobs.close();
  });

  test('what they write belongs to the user of this machine', async () => {
    const job = await jobs.openAsOther({ files: { 'src/a.txt': 'a' } });
    const script = [
      'mkdir out; cat a.txt > out/b.txt; touch "$HOME/cache"',
      'printf "colour<<end\\n%s\\nend\\n" "$COLOUR" >> "$GITHUB_OUTPUT"',
      'echo "TOKEN_LENGTH=${#TOKEN}" >> "$GITHUB_ENV"; echo /opt/tool >> "$GITHUB_PATH"',
      'mkdir reports; cat > reports/a.xml <<end',
      passing,
      'end',
    ];

    const step = await job.run(
      {
        'run-image': 'busybox:1.36',
        run: script.join('\n'),
        workdir: 'src',
        env: 'COLOUR=dark blue\nTOKEN',
        junit: 'reports/*.xml',
      },
      { TOKEN: 'hunter2' },
    );

    expect(step.outputs.get('failure-message')).toBe('');
    const written = await lstat(join(job.workspace, 'src/out/b.txt'));
    expect([written.uid, written.gid]).toEqual([job.uid, process.getgid?.()]);
    expect(await readFile(join(job.workspace, 'src/out/b.txt'), 'utf8')).toBe('a');
    expect(step.outputs.get('colour')).toBe('dark blue');
    expect(step.outputs.get('tests')).toBe('1');
    expect(step.outputs.get('layout')).toBe('');
    expect(step.outputs.get('evidence')).toBe('');
    expect(step.env).toBe('TOKEN_LENGTH=7\n');
    expect(step.path).toBe('/opt/tool\n');
    expect(step.summary).toContain('### ✅ image: commands ran in busybox:1.36 and tested');
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('a command that fails', async () => {
    const job = await jobs.open({ files: { 'a.txt': '' } });

    const step = await job.run({
      'run-image': 'busybox:1.36',
      run: 'echo no compiler\nfalse\necho no',
    });

    expect(step.outputs.get('failure-code')).toBe('build-failed');
    expect(step.outputs.get('failure-message')).toBe(
      'the run in busybox:1.36 ended with exit code 1. See what it wrote last, in the log of this step.',
    );
    expect(step.summary).toContain('```text\nno compiler\n```');
  });

  test('a report from before proves nothing', async () => {
    const job = await jobs.open({ files: { 'reports/a.xml': passing } });
    const inputs = { 'run-image': 'busybox:1.36', run: 'true', junit: 'reports/*.xml' };

    const step = await job.run(inputs);

    expect(step.outputs.get('failure-code')).toBe('test-report-invalid');
    expect(step.outputs.get('failure-message')).toBe(
      'the run in busybox:1.36 left no test report: reports/a.xml is from before. Let the tests write JUnit XML there, or leave the input junit out if none run here.',
    );
  });

  test('an image that is not there', async () => {
    const job = await jobs.open({ files: { 'a.txt': '' } });

    const step = await job.run({ 'run-image': '127.0.0.1:1/nobody/nothing:1', run: 'true' });

    expect(step.outputs.get('failure-code')).toBe('build-failed');
    expect(step.outputs.get('failure-message')).toContain(
      'the run in 127.0.0.1:1/nobody/nothing:1 cannot be started: Error response from daemon: ',
    );
  });

  test('an engine that does not answer', async () => {
    const job = await jobs.open({ files: { Dockerfile: 'FROM busybox:1.36\n' } });

    const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const step = await job.run({ engine: 'docker' }, environment);

    expect(step.outputs.get('failure-code')).toBe('engine-missing');
    expect(step.outputs.get('failure-message')).toMatch(
      /^there is docker, but its daemon does not answer: .*unix:\/\/\/nowhere\/docker\.sock.*Start it, or let DOCKER_HOST name one that runs; /,
    );
  });

  test('what root in the container writes belongs to the user of this machine afterwards', async () => {
    const job = await jobs.openAsOther({ files: { 'a.txt': 'a' }, foreign: ['a.txt'] });
    const run =
      'mkdir out; echo b > out/b.txt; ln -s b.txt out/c; mkdir -m 700 out/d; touch out/d/e; exit 3';

    const step = await job.run({ 'run-image': 'busybox:1.36', run, user: '0:0' });

    expect(step.outputs.get('failure-code')).toBe('build-failed');
    for (const path of ['out', 'out/b.txt', 'out/c', 'out/d', 'out/d/e']) {
      const { uid } = await lstat(join(job.workspace, path));
      expect([path, uid]).toEqual([path, job.uid]);
    }
    expect((await lstat(join(job.workspace, 'a.txt'))).uid).toBe(0);
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('a cache is there in the next run, until a lock file is another one', async () => {
    const job = await jobs.openAsOther({ files: { 'package-lock.json': randomUUID() } });
    const run = 'ls ~/.npm >&2; echo x > ~/.npm/kept';
    const inputs = { 'run-image': 'busybox:1.36', run, 'cache-volumes': 'npm:~/.npm' };
    const isKept = async (more = {}): Promise<boolean> => {
      const step = await job.run({ ...inputs, ...more });
      expect(step.outputs.get('failure-message')).toBe('');
      return /^kept$/m.test(step.log);
    };

    const listVolumes = async (): Promise<readonly string[]> => {
      const filter = ['--filter', 'label=dev.slipway.cache'] as const;
      return (await jobs.docker('volume', 'ls', '--quiet', ...filter)).split('\n');
    };
    const before = await listVolumes();

    const kept = [await isKept(), await isKept()];
    await job.write({ 'package-lock.json': randomUUID() });
    kept.push(await isKept());
    const inFolder = [
      await isKept({ 'cache-folder': 'kept' }),
      await isKept({ 'cache-folder': 'kept' }),
    ];

    expect(kept).toEqual([false, true, false]);
    expect(inFolder).toEqual([false, true]);
    expect((await lstat(join(job.workspace, 'kept/npm/kept'))).uid).toBe(job.uid);
    const made = (await listVolumes()).filter((name) => !before.includes(name));
    expect(made).toHaveLength(2);
    await jobs.docker('volume', 'rm', ...made);
  });

  test('a cache that its user could not write to is none', async () => {
    const job = await jobs.open({ files: { 'package-lock.json': randomUUID() } });
    const inputs = { 'run-image': 'busybox:1.36', run: 'true', user: 'ghost' };
    const list = ['volume', 'ls', '--quiet', '--filter', 'label=dev.slipway.cache'] as const;
    const before = await jobs.docker(...list);

    const step = await job.run({ ...inputs, 'cache-volumes': 'npm:/cache' });

    expect(step.outputs.get('failure-code')).toBe('build-failed');
    expect(step.outputs.get('failure-message')).toMatch(
      /^the cache for \/cache cannot be given to the user ghost: .*ghost.* Use an image that has chown, /,
    );
    expect(await jobs.docker(...list)).toBe(before);
  });

  test('a secret is a file of the container, and in no log and no list of processes', async () => {
    const job = await jobs.openAsOther({ files: { 'a.txt': '' } });
    const secret = `canary-${randomUUID()}`;
    const run =
      'cat /run/secrets/npm; test "$(cat /run/secrets/npm)" = "$(cat /run/secrets/file)"; echo; echo it is read; until test -e seen; do sleep 0.1; done';
    await job.write({ 'key.txt': secret });

    const running = await job.start(
      { 'run-image': 'busybox:1.36', run, secrets: 'id=npm,env=NPM_TOKEN\nid=file,src=key.txt' },
      { NPM_TOKEN: secret },
    );
    await running.written('it is read');
    const words = await listCommandLines();
    await job.write({ seen: '' });
    const step = await running.ended;

    // the container’s processes are among them, and the engine’s own
    expect(words.some((line) => line.includes('run.sh'))).toBe(true);
    expect(words.filter((line) => line.includes(secret))).toEqual([]);
    expect(step.outputs.get('failure-message')).toBe('');
    expect(step.log).toContain('***\nit is read');
    expect([step.log, step.summary].filter((text) => text.includes(secret))).toEqual([]);
  });

  test('a killed step leaves no container, also of commands that hear no signal', async () => {
    const job = await jobs.open({ files: { 'a.txt': '' } });
    const step = await job.start({
      'run-image': 'busybox:1.36',
      run: 'trap "" TERM INT; echo it began; while :; do sleep 1; done',
    });
    await step.written('it began');

    step.kill();
    await step.ended;

    const isGone = async (): Promise<boolean> => (await jobs.listContainers(job)).length === 0;
    expect(await jobs.eventually(isGone)).toBe(true);
  });

  test('a cancelled step leaves no container', async () => {
    const job = await jobs.open({ files: { 'a.txt': '' } });
    const step = await job.start({
      'run-image': 'busybox:1.36',
      run: 'trap "" TERM INT; echo it began; while :; do sleep 1; done',
    });
    await step.written('it began');
    const before = await jobs.listContainers(job);
    const places = await readdir(job.temporaryFolder);
    const modes = await Promise.all(
      places.map(async (place) => (await lstat(join(job.temporaryFolder, place))).mode & 0o077),
    );

    step.interrupt();
    const { outputs } = await step.ended;

    expect(before).toHaveLength(1);
    expect(modes).toEqual([0, 0]); // with the script and the runner’s files
    expect(outputs.get('failure-code')).toBe('interrupted');
    expect(outputs.get('failure-message')).toBe(
      'interrupted by SIGINT while running the commands in busybox:1.36; “it began” is the last that was written.',
    );
    expect(await jobs.listContainers(job)).toEqual([]);
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('what hangs is ended at the time limit, and what it wrote last is told', async () => {
    const job = await jobs.open({ files: { 'a.txt': '' } });
    const run = 'echo waiting; sleep 1000';

    const step = await job.run({ 'run-image': 'busybox:1.36', run, timeout: '6s' });

    expect(step.outputs.get('failure-code')).toBe('deadline-exceeded');
    expect(step.outputs.get('failure-message')).toContain(
      'containerized-build took longer than 6 s while running the commands in busybox:1.36; “waiting” is the last that was written.',
    );
    expect(await jobs.listContainers(job)).toEqual([]);
  });
});
