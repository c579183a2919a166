import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '@slipway/io/command';
import { openLab, type Lab } from '@slipway/lab/parts';
import {
  openEngineAccess,
  openJob,
  type EngineAccess,
  type Job,
  type Step,
} from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const passing = '<testsuite><testcase classname="orders" name="adds" time="0.5"/></testsuite>';

/** A database that is slow to come up, a migration that wants it, and tests in an image of their own. */
function writeCompose(check: string): string {
  return `services:
  db:
    image: busybox:1.36
    command: ["sh", "-c", "sleep 1; touch /tmp/ready; echo it is up; sleep 1000"]
    healthcheck: { test: ["CMD-SHELL", ${JSON.stringify(check)}], interval: 200ms, retries: 5, start_period: 2s }
    volumes: [ "data:/data" ]
  migrate:
    image: busybox:1.36
    command: ["sh", "-c", "echo migrated"]
    depends_on: { db: { condition: service_healthy } }
  test:
    build: { context: ., target: test }
    depends_on: [ migrate ]
volumes: { data: {} }
`;
}

const dockerfile = `FROM busybox:1.36 AS test
WORKDIR /app
CMD mkdir reports; ping -c 1 -W 2 db >&2 && echo '${passing}' > reports/a.xml; echo "with $TOKEN at $DOCKER_HOST"
`;
const inputs = { engine: 'podman', 'compose-file': 'compose.yml', 'compose-service': 'test' };

describe('tests beside the services of a Compose file, with podman', () => {
  const jobs: Job[] = [];
  let lab: Lab;
  let access: EngineAccess;

  /** What podman has of the project of a step. */
  const listLeft = async ({ processId }: Pick<Step, 'processId'>): Promise<readonly string[]> => {
    const lists = [
      ['container', 'ls', '--all', '--format', '{{.Names}}'],
      ['network', 'ls', '--format', '{{.Name}}'],
      ['volume', 'ls', '--format', '{{.Name}}'],
    ];
    const found = lists.map(async (list) => {
      const { stdout } = await runCommand(['podman', ...list], { env: access.environment });
      return stdout.split('\n');
    });
    const names = (await Promise.all(found)).flat();
    return names.filter((name) => name.includes(`-${processId}-`));
  };

  const open = async (check: string): Promise<Job> => {
    const files = { 'compose.yml': writeCompose(check), Dockerfile: dockerfile };
    const job = await openJob({ main, files, environment: access.environment });
    jobs.push(job);
    return job;
  };

  beforeAll(async () => {
    lab = await openLab();
    access = await openEngineAccess(lab, 'podman');
  });

  afterEach(async () => {
    for (const job of jobs.splice(0)) await job.remove();
  });

  afterAll(async () => {
    await access.close();
    await lab.close();
  });

  test('they begin when all is healthy, and nothing is left', async () => {
    const job = await open('test -e /tmp/ready');

    // Compose itself would heed this one, had it been told
    const step = await job.run({ ...inputs, env: 'TOKEN=a$b "c"\nDOCKER_HOST=tcp://127.0.0.1:1' });

    expect(step.outputs.get('failure-message')).toBe('');
    expect(step.outputs.get('tests')).toBe('1');
    expect(step.log).toContain('with a$b "c" at tcp://127.0.0.1:1');
    expect(await listLeft(step)).toEqual([]);
  });

  test('a service that is not healthy is told with what its check said', async () => {
    const job = await open('echo connection refused; false');

    const step = await job.run(inputs);

    expect(step.outputs.get('failure-code')).toBe('service-failed');
    expect(step.outputs.get('failure-message')).toContain(
      'the service db is not healthy: its check said “connection refused” See',
    );
    const logs = step.outputs.get('logs') ?? '';
    expect(await readFile(join(logs, 'db.log'), 'utf8')).toBe('it is up\n');
    expect(await listLeft(step)).toEqual([]);
  });
});
