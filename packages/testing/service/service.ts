import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAttemptEvent, type LedgerEvent } from '@slipway/core/release';
import {
  deploy,
  renderBundle,
  type DeploymentContext,
  type DeploymentOutcome,
  type DeployRequest,
} from '@slipway/flow/deployment';
import { readChain } from '@slipway/flow/ledger';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import type { Stage } from '../stage/index.js';
import { toolsOnPath } from '../tools/index.js';
import { createTestContext } from './test-context.js';

/** What is special about a release. */
interface ReleaseOptions {
  /** Of the smoke test. */
  readonly path?: string;
  /** More manifests, a YAML document each. */
  readonly extra?: string;
  readonly soakMs?: number;
  readonly migrations?: 'run' | 'skip';
}

function manifests(service: string, extra = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${service} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${service} } }
  template:
    metadata: { labels: { app: ${service} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: app
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: ${service} }
spec: { selector: { app: ${service} }, ports: [{ port: 80, targetPort: 8080 }] }
${extra}`;
}

/** One service of its own: its ledger, and what a run of an action does with it. */
export class TestService {
  readonly context: DeploymentContext;
  readonly name: string;
  readonly #stage: Stage;
  readonly #folder: string;

  constructor(stage: Stage, name: string) {
    this.name = name;
    this.#stage = stage;
    this.#folder = mkdtempSync(join(stage.folder, 'service-'));
    const { namespace } = stage;
    this.context = createTestContext(stage, { service: name, namespace, folder: this.#folder });
  }

  async request(
    version: string,
    behaviour: 'serve' | 'crash',
    { path = '/healthz', extra = '', soakMs = 0, migrations = 'run' }: ReleaseOptions = {},
  ): Promise<DeployRequest> {
    const stage = this.#stage;
    const image = await stage.push({ version: `${version}-${this.name}`, behaviour });
    writeFileSync(join(this.#folder, 'app.yaml'), manifests(this.name, extra));
    const bundle = await renderBundle(
      { client: stage.client, tools: toolsOnPath, logger: stage.logger },
      {
        service: this.name,
        environment: 'test',
        namespace: stage.namespace,
        source: { kind: 'manifests', paths: ['app.yaml'] },
        images: [{ name: 'app', image }],
        thirdPartyImages: 'fail',
        version,
        smokeTest: { path, timeoutMs: 3000 },
        soakMs,
        dependsOn: [],
        workspace: this.#folder,
      },
    );
    return {
      bundle,
      intent: 'deploy',
      onFailure: 'rollback',
      conflicts: 'fail',
      migrations,
      prune: true,
      timeoutMs: 60_000,
    };
  }

  async deploy(...args: Parameters<TestService['request']>): Promise<DeploymentOutcome> {
    return deploy(this.context, await this.request(...args));
  }

  /** Why, by event. */
  async reasons(): Promise<readonly (string | undefined)[]> {
    return (await this.#readEvents()).map(({ reason }) => reason);
  }

  /** What happened: `started 1.0.0`. */
  async kinds(): Promise<readonly string[]> {
    return (await this.#readEvents()).map((event) =>
      isAttemptEvent(event) ? `${event.kind} ${event.version}` : event.kind,
    );
  }

  async #readEvents(): Promise<readonly LedgerEvent[]> {
    const { client, ledger } = this.context;
    const links = await readChain(client, ledger.repository, 'test');
    return links.map(({ event }) => event);
  }

  async answer(): Promise<string> {
    const { body } = await this.#stage.cluster.requestService({
      namespace: this.#stage.namespace,
      service: this.name,
      port: '80',
      path: '/version',
      timeoutMs: 2000,
    });
    return body.trim();
  }

  /** Ends the container of every pod, and waits until each has started again. */
  async killPods(): Promise<void> {
    const pods = await this.#listPods();
    // The command may go down with the container that it ends.
    for (const pod of pods) await this.#kubectl(['exec', pod, '--', 'kill', '1'], [137]);
    const isRestarted = async (): Promise<boolean> => {
      const path = '{.items[*].status.containerStatuses[*].restartCount}';
      const counts = await this.#kubectl([
        'get',
        'pods',
        '-l',
        `app=${this.name}`,
        '-o',
        `jsonpath=${path}`,
      ]);
      return counts.split(' ').every((count) => Number(count) > 0);
    };
    while (!(await isRestarted())) await systemClock.sleep(200);
  }

  async scale(replicas: number): Promise<void> {
    await this.#kubectl(['scale', `deployment/${this.name}`, `--replicas=${replicas}`]);
  }

  async #listPods(): Promise<readonly string[]> {
    const names = await this.#kubectl(['get', 'pods', '-l', `app=${this.name}`, '-o', 'name']);
    return names.trim().split('\n');
  }

  async #kubectl(
    words: readonly string[],
    acceptExitCodes: readonly number[] = [],
  ): Promise<string> {
    const { kubectl, kubeconfig, context, namespace } = this.#stage;
    const where = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace];
    return (await runCommand([kubectl, ...where, ...words], { acceptExitCodes })).stdout;
  }
}

/** @param name of the service: no other suite of the stage has it */
export function openService(stage: Stage, name: string): TestService {
  return new TestService(stage, name);
}
