import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSystem, type SystemConfig } from '@slipway/core/config';
import type { PinnedReference } from '@slipway/core/image-ref';
import { isAttemptEvent } from '@slipway/core/release';
import { deploy, openDeployment, renderBundle } from '@slipway/flow/deployment';
import {
  openLedger,
  readChain,
  resolveLedgerRepository,
  type Ledger,
  type RecordPlace,
} from '@slipway/flow/ledger';
import type { Runtime } from '@slipway/flow/runtime';
import { planRecordPlaces } from '@slipway/flow/system';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { openLab } from '@slipway/lab/parts';
import { createTestRuntime } from '../runtime/index.js';
import { openStage, type Stage } from '../stage/index.js';
import { toolsOnPath } from '../tools/index.js';

/** The name of a ConfigMap that a workload can be made to need. */
export const handMade = 'made-by-hand';

interface ShopServiceOptions {
  /** Services of the same shop. */
  readonly dependsOn?: readonly string[];
  /** It cannot start where nobody made the ConfigMap `handMade`. */
  readonly needsHandMade?: boolean;
  /** `1.0.0`, or `1.1.0`. */
  readonly version?: '1.0.0' | '1.1.0';
}

/** Services of one system, in the environments `test` and `standby`, each with a ledger of its own in both. */
export interface Shop {
  /** The text of its system.yml. */
  readonly text: string;
  readonly system: SystemConfig;
  /** What an action works with that is run in a test, in the cluster that is given. */
  runtime(cluster: Cluster): Runtime;
  ledger(service: string, environment: string): Ledger;
  /** Makes a service live and good in `test`. */
  deploy(service: string, options?: ShopServiceOptions): Promise<void>;
  /** The events of its record: `started deploy`. */
  listEvents(service: string, environment: string): Promise<readonly string[]>;
  /** The version that it serves in the cluster of `standby`. */
  fetchVersion(service: string): Promise<string>;
}

/** Shops of one suite: two clusters with the same namespace, the second of them empty. */
export interface Shops {
  readonly stage: Stage;
  readonly standby: Cluster;
  /** @param services their names, which no other shop of the suite has */
  open(services: readonly string[]): Shop;
  close(): Promise<void>;
}

/** @param name of the suite: lower-case letters, digits and “-” */
export async function openShops(name: string): Promise<Shops> {
  const stage = await openStage(name);
  const lab = await openLab();
  const { kubeconfig, context } = await lab.cluster('production');
  const { kubectl, logger, namespace } = stage;
  const { signal } = new AbortController();
  const options = { kubeconfig, context, kubectl, logger, clock: systemClock, signal };
  const standby = await openCluster(options);
  const images = new Map<string, PinnedReference>();
  for (const version of ['1.0.0', '1.1.0']) {
    images.set(version, await stage.push({ version, behaviour: 'serve' }));
  }
  return {
    stage,
    standby,
    open: (services) => new OpenShop(stage, standby, images, services),
    close: async () => {
      await standby.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      await standby.close();
      await stage.close();
      await lab.close();
    },
  };
}

class OpenShop implements Shop {
  readonly text: string;
  readonly system: SystemConfig;
  readonly #stage: Stage;
  readonly #standby: Cluster;
  readonly #images: ReadonlyMap<string, PinnedReference>;

  constructor(
    stage: Stage,
    standby: Cluster,
    images: ReadonlyMap<string, PinnedReference>,
    services: readonly string[],
  ) {
    this.#stage = stage;
    this.#standby = standby;
    this.#images = images;
    const { registryHost, namespace } = stage;
    const ledgers = `${registryHost}/${namespace}`;
    this.text = `
apiVersion: slipway/v1
system: shop
services: { ${services.map((service) => `${service}: {}`).join(', ')} }
environments:
  test: { namespace: ${namespace}, ledger: "${ledgers}/{service}-ledger" }
  standby: { namespace: ${namespace}, ledger: "${ledgers}/standby/{service}-ledger", like: test }
`;
    this.system = parseSystem(this.text, 'system.yml');
  }

  runtime(cluster: Cluster): Runtime {
    return createTestRuntime(this.#stage, { openCluster: () => Promise.resolve(cluster) });
  }

  ledger(service: string, environment: string): Ledger {
    const { client, logger } = this.#stage;
    const repository = resolveLedgerRepository(this.#placeOf(service, environment));
    return openLedger({ client, clock: systemClock, logger, repository, environment });
  }

  async deploy(
    service: string,
    { dependsOn = [], needsHandMade = false, version = '1.0.0' }: ShopServiceOptions = {},
  ): Promise<void> {
    const { folder, namespace, cluster, client, logger } = this.#stage;
    const image = this.#images.get(version);
    if (image === undefined) throw new Error(`no image of ${version}`);
    const workspace = mkdtempSync(join(folder, 'shop-'));
    writeFileSync(join(workspace, 'app.yaml'), formatManifests(service, needsHandMade));
    const registry = { credentials: [], plainHttp: [] };
    const place = { ...this.#placeOf(service, 'test'), namespace, registry, cluster: {} };
    const context = await openDeployment(this.runtime(cluster), place);
    const request = {
      service,
      environment: 'test',
      namespace,
      source: { kind: 'manifests', paths: ['app.yaml'] },
      images: [{ name: 'app', image }],
      thirdPartyImages: 'fail',
      soakMs: 0,
      dependsOn,
      workspace,
    } as const;
    const bundle = await renderBundle({ client, tools: toolsOnPath, logger }, request);
    const { status, failure } = await deploy(context, {
      bundle,
      intent: 'deploy',
      onFailure: 'stop',
      conflicts: 'fail',
      prune: true,
      timeoutMs: 60_000,
    });
    if (status !== 'succeeded') throw new Error(`${service} is ${status}`, { cause: failure });
  }

  async listEvents(service: string, environment: string): Promise<readonly string[]> {
    const { repository } = this.ledger(service, environment);
    const links = await readChain(this.#stage.client, repository, environment);
    return links.map(({ event }) =>
      isAttemptEvent(event) ? `${event.kind} ${event.intent}` : event.kind,
    );
  }

  async fetchVersion(service: string): Promise<string> {
    const { namespace } = this.#stage;
    const request = { namespace, service, port: '80', path: '/version', timeoutMs: 2000 };
    const { body } = await this.#standby.requestService(request);
    return body.trim();
  }

  #placeOf(service: string, environment: string): RecordPlace {
    const [place] = planRecordPlaces(this.system, [environment], [service]);
    if (place === undefined) throw new Error(`${service} has no place in ${environment}`);
    return place;
  }
}

function formatManifests(service: string, needsHandMade: boolean): string {
  const envFrom = needsHandMade ? `envFrom: [{ configMapRef: { name: ${handMade} } }]` : '';
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${service} }
spec:
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
          ${envFrom}
---
apiVersion: v1
kind: Service
metadata: { name: ${service} }
spec: { selector: { app: ${service} }, ports: [{ port: 80, targetPort: 8080 }] }
`;
}
