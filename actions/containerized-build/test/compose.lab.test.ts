import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngineJobs, type EngineJobs, type Step } from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const passing = '<testsuite><testcase classname="orders" name="adds" time="0.5"/></testsuite>';

interface ComposeParts {
  /** The health check of db, and what else it has. */
  readonly check?: string;
  readonly database?: string;
  readonly tests?: string;
}

/** A database that is slow to come up, a migration, and tests that want both. */
function writeCompose({ check, database, tests }: ComposeParts = {}): string {
  return `services:
  db:
    image: busybox:1.36
    command: ["sh", "-c", ${JSON.stringify(database ?? 'sleep 1; touch /tmp/ready; echo it is up; sleep 1000')}]
    healthcheck: { test: ["CMD-SHELL", ${JSON.stringify(check ?? 'test -e /tmp/ready')}], interval: 200ms, retries: 20 }
    volumes: [ "data:/data" ]
  migrate:
    image: busybox:1.36
    command: ["sh", "-c", "echo migrated"]
    depends_on: { db: { condition: service_healthy } }
  unneeded:
    image: busybox:1.36
    command: ["false"]
  test:
    image: busybox:1.36
    working_dir: /app
    depends_on: [ migrate ]
    command: ["sh", "-c", ${JSON.stringify(tests ?? `mkdir reports; ping -c 1 -W 2 db >&2 && echo '${passing}' > reports/a.xml`)}]
volumes: { data: {} }
`;
}

const inputs = { 'compose-file': 'compose.yml', 'compose-service': 'test' };

describe('containerized-build, tests beside the services of a Compose file', () => {
  let jobs: EngineJobs;
  /** Everything that a project of a step has. */
  const listLeft = async ({ processId }: Pick<Step, 'processId'>): Promise<string> => {
    const filter = ['--filter', `name=slipway-.*-${processId}-`, '--quiet'];
    const found = [
      await jobs.docker('container', 'ls', '--all', ...filter),
      await jobs.docker('network', 'ls', ...filter),
      await jobs.docker('volume', 'ls', ...filter),
    ];
    return found.join('');
  };

  beforeAll(async () => {
    jobs = await openEngineJobs(main);
  });

  afterEach(async () => {
    await jobs.removeAll();
  });

  afterAll(async () => {
    await jobs.close();
  });

  test('what they depend on is healthy before they start, and gone afterwards', async () => {
    const job = await jobs.open({ files: { 'compose.yml': writeCompose() } });

    const step = await job.run(inputs);

    expect(step.outputs.get('failure-message')).toBe('');
    expect(step.outputs.get('tests')).toBe('1');
    expect(step.outputs.get('logs')).toBe('');
    expect(step.summary).toContain('### ✅ image: tested');
    expect(step.log).not.toContain('unneeded');
    expect(await listLeft(step)).toBe('');
  });

  test('the image is built after them, and its evidence says what tested', async () => {
    const job = await jobs.open({
      files: {
        '.github/slipway.yml':
          'apiVersion: slipway/v1\nservices: { orders: { build: { context: ., compose-file: compose.yml, compose-service: test } } }\n',
        'compose.yml': writeCompose(),
        Dockerfile: 'FROM scratch\nCOPY compose.yml /\n',
      },
    });

    const step = await job.run({});

    expect(step.outputs.get('failure-message')).toBe('');
    const [unitTests = ''] = step.outputs.get('evidence')?.split('\n') ?? [];
    const evidence = await readFile(unitTests, 'utf8');
    expect(JSON.parse(evidence)).toMatchObject({
      predicate: { configuration: [{ name: 'service test' }] },
    });
  });

  test('a migration that is to end has ended before they start, and names of the whole machine are of this run', async () => {
    const text = writeCompose()
      .replace('echo migrated', 'sleep 2; touch /data/migrated; echo migrated')
      .replace(
        'depends_on: [ migrate ]',
        'depends_on: { migrate: { condition: service_completed_successfully } }',
      )
      .replace('echo migrated"]', 'echo migrated"]\n    volumes: [ "data:/data" ]')
      .replace('working_dir: /app', 'working_dir: /app\n    volumes: [ "data:/data" ]')
      .replace('  db:\n', '  db:\n    container_name: slipway-lab-orders-db\n')
      .replace('-W 2 db', '-W 2 slipway-lab-orders-db')
      .replace('mkdir reports;', 'test -e /data/migrated && mkdir reports &&');
    const job = await jobs.open({ files: { 'compose.yml': text } });

    const step = await job.run(inputs);

    expect(step.outputs.get('failure-message')).toBe('');
    expect(step.outputs.get('tests')).toBe('1');
    expect(step.log).toMatch(/Container slipway-\S+-db-1 /);
    expect(step.log).not.toContain('Container slipway-lab-orders-db');
  });

  test('a failing test, and what the services wrote', async () => {
    const report =
      '<testsuite><testcase name="adds"><failure message="no orders"/></testcase></testsuite>';
    const tests = `mkdir reports; echo '${report}' > reports/a.xml; exit 1`;
    const job = await jobs.open({ files: { 'compose.yml': writeCompose({ tests }) } });

    const step = await job.run(inputs);

    expect(step.outputs.get('failure-code')).toBe('tests-failed');
    expect(step.outputs.get('failure-message')).toContain('1 of 1 test failed in the service test');
    const logs = step.outputs.get('logs') ?? '';
    expect(await readFile(join(logs, 'db.log'), 'utf8')).toBe('it is up\n');
    expect(await readFile(join(logs, 'migrate.log'), 'utf8')).toBe('migrated\n');
    expect(await listLeft(step)).toBe('');
  });

  test.each<[string, ComposeParts, string]>([
    [
      'that never becomes healthy',
      { check: 'echo connection refused; false' },
      'the service db is not healthy: its check said “connection refused” See',
    ],
    [
      'that ends',
      { database: 'echo no licence; exit 3' },
      'the service db ended with exit code 3.',
    ],
  ])('a service %s', async (_name, parts, message) => {
    const job = await jobs.open({ files: { 'compose.yml': writeCompose(parts) } });

    const step = await job.run(inputs);

    expect(step.outputs.get('failure-code')).toBe('service-failed');
    expect(step.outputs.get('failure-message')).toContain(message);
    expect(step.log).not.toContain('Test: run');
    expect(await listLeft(step)).toBe('');
  });

  test('a service that takes longer than the time limit', async () => {
    const text = writeCompose({ check: 'false' }).replace('retries: 20', 'retries: 10000');
    const job = await jobs.open({ files: { 'compose.yml': text } });

    const step = await job.run({ ...inputs, timeout: '8s' });

    expect(step.outputs.get('failure-code')).toBe('deadline-exceeded');
    expect(step.outputs.get('failure-message')).toContain(
      'took longer than 8 s while waiting for migrate, db to be healthy. ',
    );
    expect(step.log).toContain('db | it is up');
    expect(await readFile(join(step.outputs.get('logs') ?? '', 'db.log'), 'utf8')).toBe(
      'it is up\n',
    );
    expect(await listLeft(step)).toBe('');
  });

  test.each([
    [
      'no such service',
      {},
      { 'compose-service': 'tests' },
      /compose-service: given “tests”, expected one of db, migrate, test, unneeded/,
    ],
    [
      'no file',
      {},
      { 'compose-file': 'nowhere.yml' },
      /compose-file: given “.*nowhere.yml”, expected a file in the workspace/,
    ],
    [
      'a file that Compose refuses',
      { 'compose.yml': 'services: { test: { imag: x } }\n' },
      {},
      /compose-file: .*expected a file that Compose accepts; it says: .*imag/,
    ],
    [
      'a variable that is missing',
      { 'compose.yml': 'services: { test: { image: "${TAG:?name the tag}" } }\n' },
      {},
      /compose-file: .*it says: .*TAG.*name the tag/,
    ],
  ])('%s is told before anything starts', async (_name, files, change, message) => {
    const job = await jobs.open({ files: { 'compose.yml': writeCompose(), ...files } });

    const step = await job.run({ ...inputs, ...change });

    expect(step.outputs.get('failure-code')).toBe('invalid-input');
    expect(step.outputs.get('failure-message')).toMatch(message);
  });

  test('a run that is killed leaves nothing', async () => {
    const tests = 'trap "" TERM INT; echo testing now; while :; do sleep 1; done';
    const job = await jobs.open({ files: { 'compose.yml': writeCompose({ tests }) } });
    const step = await job.start(inputs);
    await step.written('testing now');
    expect(await listLeft(step)).not.toBe('');

    step.kill();
    await step.ended;

    await expect(jobs.eventually(async () => (await listLeft(step)) === '')).resolves.toBe(true);
  });
});
