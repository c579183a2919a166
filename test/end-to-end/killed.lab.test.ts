import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runActionProcess } from '@slipway/cli/action-process';
import { formatReference, formatRepository, parseRepository } from '@slipway/core/image-ref';
import { readChain } from '@slipway/flow/ledger';
import { openStage, type Stage } from '@slipway/testing/stage';

const root = fileURLToPath(new URL('../..', import.meta.url));
const trial = `SLIPWAY_KILLED=${process.pid}`;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('killed');
});

afterAll(async () => {
  await stage.close();
});

const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: web, image: app }] }
`;

/** What a runner cannot prevent: the machine takes the process away in the middle of a rollout. */
test('a step that is killed leaves a record that its post step finishes, and a lock that is taken over', async () => {
  const image = await stage.push({ version: '1.0.0', behaviour: 'crash' });
  const workspace = stage.folder;
  writeFileSync(join(workspace, 'app.yaml'), manifests);
  const repository = formatRepository(stage.repository);
  const killed = runActionProcess({
    actionFolder: join(root, 'actions/k8s-deploy'),
    inputs: {
      service: 'app',
      environment: 'test',
      namespace: stage.namespace,
      manifests: 'app.yaml',
      images: `app=${formatReference(image)}`,
      kubeconfig: stage.kubeconfig,
      context: stage.context,
      'plain-http': stage.registryHost,
    },
    env: {
      PATH: `${dirname(stage.kubectl)}:${process.env['PATH'] ?? ''}`,
      GITHUB_WORKSPACE: workspace,
      SLIPWAY_KILLED: String(process.pid),
    },
    onLine: (line) => {
      if (line.includes('it may heal, waiting')) killStep();
    },
  });

  const { exitCode, log } = await killed;

  const ledger = parseRepository(`${repository}-ledger`);
  const links = await readChain(stage.client, ledger, 'test');
  expect(exitCode).not.toBe(0);
  expect(log).toContain('was left unfinished by a run that ended; it is recorded as abandoned');
  expect(links.map(({ event }) => event.kind)).toEqual(['started', 'abandoned']);
  const lease = await stage.cluster.get({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: stage.namespace,
    name: 'slipway-app',
  });
  expect(lease).toMatchObject({ spec: { holderIdentity: '' } });
}, 120_000);

/** Kills the packaged action, which is found by its environment and its file. */
function killStep(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (read(pid, 'environ').includes(trial) && read(pid, 'cmdline').includes('dist/k8s-deploy/')) {
      process.kill(Number(pid), 'SIGKILL');
    }
  }
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
