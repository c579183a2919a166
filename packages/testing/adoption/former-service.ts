import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PinnedReference } from '@slipway/core/image-ref';
import { readFieldManagers, recordsAt, type KubernetesObject } from '@slipway/core/manifest';
import { isAttemptEvent } from '@slipway/core/release';
import {
  deploy,
  renderBundle,
  rollBack,
  type DeploymentContext,
  type DeploymentOutcome,
  type DeployRequest,
} from '@slipway/flow/deployment';
import { readChain } from '@slipway/flow/ledger';
import { runCommand } from '@slipway/io/command';
import { createTestContext } from '../service/index.js';
import type { Stage } from '../stage/index.js';
import { toolsOnPath } from '../tools/index.js';
import { diesAt } from './dying-context.js';
import { formatApp } from './manifests.js';

/** One service of its own, that something else than Slipway deployed. */
export class FormerService {
  readonly name: string;
  readonly folder: string;
  readonly stage: Stage;
  readonly context: DeploymentContext;
  readonly isAutoscaled: boolean;
  formerImage: PinnedReference | undefined;

  constructor(stage: Stage, name: string, { isAutoscaled = false } = {}) {
    this.stage = stage;
    this.folder = mkdtempSync(join(stage.folder, 'adopt-'));
    this.name = name;
    this.isAutoscaled = isAutoscaled;
    const { namespace } = stage;
    this.context = createTestContext(stage, { service: name, namespace, folder: this.folder });
  }

  /** The manifests of version 1.0.0, by tag, in a file. */
  async writeFormer(): Promise<string> {
    const { stage } = this;
    const tag = `v1.0.0-${this.name}`;
    this.formerImage = await stage.push({ version: tag, behaviour: 'serve' });
    const image = `${stage.registryHost}/${stage.repository.path}:${tag}`;
    const path = join(this.folder, 'former.yaml');
    const { isAutoscaled } = this;
    writeFileSync(path, formatApp(this.name, { image, isOld: true, isAutoscaled }));
    return path;
  }

  async request(version: string, behaviour: 'serve' | 'crash' = 'serve'): Promise<DeployRequest> {
    const image = await this.stage.push({ version: `${version}-${this.name}`, behaviour });
    const content = { image: 'app', isOld: false, isAutoscaled: this.isAutoscaled };
    writeFileSync(join(this.folder, 'app.yaml'), formatApp(this.name, content));
    const bundle = await renderBundle(
      { client: this.stage.client, tools: toolsOnPath, logger: this.stage.logger },
      {
        service: this.name,
        environment: 'test',
        namespace: this.stage.namespace,
        source: { kind: 'manifests', paths: ['app.yaml'] },
        images: [{ name: 'app', image }],
        thirdPartyImages: 'fail',
        version,
        soakMs: 0,
        dependsOn: [],
        workspace: this.folder,
      },
    );
    const options = { onFailure: 'rollback', conflicts: 'fail', prune: true } as const;
    return { bundle, intent: 'deploy', timeoutMs: 60_000, ...options };
  }

  async deploy(version: string, behaviour?: 'serve' | 'crash'): Promise<DeploymentOutcome> {
    return deploy(this.context, await this.request(version, behaviour));
  }

  /** A run that is gone from the moment on at which it would do what `isEnd` tells. */
  async dieAt(version: string, isEnd: (deed: string) => boolean): Promise<void> {
    const request = await this.request(version);
    await deploy(diesAt(this.context, isEnd), request).catch(() => undefined);
  }

  rollBack(): Promise<DeploymentOutcome> {
    const reason = 'nobody wants it';
    const options = { to: 'last-known-good', reason, hold: false, timeoutMs: 60_000 };
    return rollBack(this.context, options);
  }

  async kinds(): Promise<readonly string[]> {
    const { client, ledger } = this.context;
    const links = await readChain(client, ledger.repository, 'test');
    return links.map(({ event }) =>
      isAttemptEvent(event) ? `${event.kind} ${event.version}` : event.kind,
    );
  }

  async get(kind: string, name = this.name): Promise<KubernetesObject> {
    const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
    const { namespace } = this.stage;
    const object = await this.stage.admin.get({ apiVersion, kind, name, namespace });
    if (object === undefined) throw new Error(`${kind} ${name} is not there`);
    return object;
  }

  /** The pods by uid, with how often each was restarted, and what is wanted. */
  async running(): Promise<unknown> {
    const options = { namespace: this.stage.namespace, labelSelector: `app=${this.name}` };
    const { items } = await this.stage.admin.list({ apiVersion: 'v1', kind: 'Pod' }, options);
    const pods = items.map(
      ({ metadata, status }) =>
        `${metadata.uid} ${JSON.stringify(recordsAt(status, 'containerStatuses').map((each) => each['restartCount']))}`,
    );
    const { spec } = await this.get('Deployment');
    return { pods: pods.toSorted(), spec };
  }

  /** Who asked for something of an object. */
  async managers(kind: string): Promise<readonly string[]> {
    const managers = readFieldManagers(await this.get(kind));
    return managers.filter(({ subresource }) => subresource === undefined).map(({ name }) => name);
  }

  /** kubectl in the service’s namespace; what it printed. */
  async kubectl(...argv: readonly string[]): Promise<string> {
    const { kubectl, kubeconfig, context, namespace } = this.stage;
    const common = [
      `--kubeconfig=${kubeconfig}`,
      `--context=${context}`,
      `--namespace=${namespace}`,
    ];
    const env = { EDITOR: join(this.folder, 'editor.sh') };
    return (await runCommand([kubectl, ...common, ...argv], { env })).stdout;
  }

  /** Applied on the client’s side, and up. */
  async apply(): Promise<void> {
    await this.kubectl('apply', '-f', await this.writeFormer());
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.kubectl('rollout', 'status', `deployment/${this.name}`, '--timeout=60s');
  }

  async answer(): Promise<string> {
    const { body } = await this.stage.cluster.requestService({
      namespace: this.stage.namespace,
      service: this.name,
      port: '80',
      path: '/version',
      timeoutMs: 2000,
    });
    return body.trim();
  }
}
