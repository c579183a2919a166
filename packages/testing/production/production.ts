import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateName, PolicySettings } from '@slipway/core/config';
import { formatTestResult, type TestVerdict } from '@slipway/core/evidence';
import {
  formatRepository,
  parseRepository,
  type PinnedReference,
  type Repository,
} from '@slipway/core/image-ref';
import {
  deploy,
  pullOwnBundle,
  type DeploymentContext,
  type DeploymentOutcome,
} from '@slipway/flow/deployment';
import { attachEvidence } from '@slipway/flow/evidence';
import { openLedger, type RecordPlace } from '@slipway/flow/ledger';
import {
  applyPromotion,
  planPromotion,
  readPlanFile,
  writePlanFile,
  type AppliedPromotion,
  type ApplyRequest,
  type Approval,
  type PlanFile,
  type PlannedPromotion,
  type PromotionContext,
  type PromotionRequest,
} from '@slipway/flow/promotion';
import { systemClock } from '@slipway/io/clock';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { openLab } from '@slipway/lab/parts';
import { openStage, type Stage } from '../stage/index.js';
import { toolsOnPath } from '../tools/index.js';

/** What the tests' production asks for. */
export const policy: PolicySettings = {
  require: ['unit-tests'],
  levels: {
    patch: { require: [] },
    minor: { require: ['integration'], approvalEnvironment: 'production-approval' },
    major: { require: [] },
  },
  freezes: [],
};

const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: 1
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: app
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
`;

/** A namespace to deploy to, and a production registry beside that of the candidates. */
export interface Production {
  readonly stage: Stage;
  /** Speaks to both registries. */
  readonly client: RegistryClient;
  /** Of the production registry. */
  readonly host: string;
  service(name: string): PromotedService;
  close(): Promise<void>;
}

/** @param name of the suite: lower-case letters, digits and “-” */
export async function openProduction(name: string): Promise<Production> {
  const stage = await openStage(name);
  const lab = await openLab();
  const { host } = await lab.registry('production');
  const { logger, registryHost } = stage;
  const client = await createRegistryClient({
    credentials: [],
    plainHttp: [registryHost, host],
    logger,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  writeFileSync(join(stage.folder, 'app.yaml'), manifests);
  const production: Production = {
    stage,
    client,
    host,
    service: (service) => new PromotedService(production, service),
    close: async () => {
      client.close();
      await stage.close();
      await lab.close();
    },
  };
  return production;
}

/** A service with a production of its own. */
class PromotedService {
  readonly context: PromotionContext;
  readonly #production: Production;
  readonly #name: string;
  #candidates = 0;

  constructor(production: Production, name: string) {
    this.#production = production;
    this.#name = name;
    const { client, stage } = production;
    const { signal } = new AbortController();
    this.context = { client, tools: toolsOnPath, clock: systemClock, logger: stage.logger, signal };
  }

  get productionImage(): Repository {
    return parseRepository(
      `${this.#production.host}/${this.#production.stage.namespace}/${this.#name}`,
    );
  }

  get #place(): RecordPlace {
    const { productionImage } = this;
    return {
      service: this.#name,
      environment: 'production',
      isProduction: true,
      productionImage,
    };
  }

  async candidate(version: string, ...gates: GateName[]): Promise<PinnedReference> {
    this.#candidates += 1;
    const tag = `${version}-${this.#name}-${this.#candidates}`;
    const image = await this.#production.stage.push({ version, tag, behaviour: 'serve' });
    for (const gate of gates) await this.prove(image, gate, 'PASSED');
    return image;
  }

  async prove(
    { repository, digest }: PinnedReference,
    gate: GateName,
    result: TestVerdict,
  ): Promise<void> {
    const name = formatRepository(repository);
    const at = new Date().toISOString();
    const text = formatTestResult({ gate, name, digest, result, configuration: [], at });
    await attachEvidence(this.context.client, repository, digest, text);
  }

  request(candidate: PinnedReference, version?: string): PromotionRequest {
    return {
      place: this.#place,
      namespace: this.#production.stage.namespace,
      productionImage: this.productionImage,
      candidate,
      imageName: 'app',
      ...(version === undefined ? {} : { version }),
      policy,
      source: { kind: 'manifests', paths: ['app.yaml'] },
      thirdPartyImages: 'fail',
      dependsOn: [],
      workspace: this.#production.stage.folder,
      run: 'shop/app/1',
    };
  }

  plan(candidate: PinnedReference, version?: string): Promise<PlannedPromotion> {
    return planPromotion(this.context, this.request(candidate, version));
  }

  /** As between two jobs: through a file. */
  async planFile(candidate: PinnedReference): Promise<PlanFile> {
    const { plan, bundle } = await this.plan(candidate);
    if (plan === undefined) throw new Error('it is blocked');
    const file = join(this.#production.stage.folder, `${this.#name}-${plan.version}.tar`);
    await writePlanFile(file, plan, bundle);
    return readPlanFile(file);
  }

  apply(
    file: PlanFile,
    approvals: readonly Approval[] = [],
    more: Partial<ApplyRequest> = {},
  ): Promise<AppliedPromotion> {
    return applyPromotion(this.context, {
      file,
      place: this.#place,
      namespace: this.#production.stage.namespace,
      policy,
      listApprovals: () => Promise.resolve(approvals),
      run: 'shop/app/1',
      isDryRun: false,
      ...more,
    });
  }

  /** Makes what was promoted live. */
  async deploy({ plan }: PlanFile): Promise<DeploymentOutcome> {
    const { namespace, cluster, logger } = this.#production.stage;
    const { client } = this.context;
    const repository = parseRepository(plan.ledger);
    const environment = 'production';
    const clock = systemClock;
    const context: DeploymentContext = {
      ...this.context,
      service: this.#name,
      namespace,
      isProduction: true,
      cluster,
      ledger: openLedger({ client, clock, logger, repository, environment }),
      evidenceFolder: join(this.#production.stage.folder, 'evidence'),
      run: { repository: 'shop/app', runId: '1', attempt: 1, url: '', actor: 'ada' },
    };
    const bundle = await pullOwnBundle(context, plan.bundle);
    const timeoutMs = 60_000;
    const how = { intent: 'deploy', onFailure: 'stop', conflicts: 'fail', prune: true } as const;
    return deploy(context, { bundle, ...how, timeoutMs });
  }

  async isInProduction({ digest }: PinnedReference): Promise<boolean> {
    return (await this.context.client.resolve(this.productionImage, digest)) !== undefined;
  }
}
