import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatRepository, parseRepository, type Repository } from '@slipway/core/image-ref';
import { checkChain, emptyState, type ChainLink, type LedgerState } from '@slipway/core/release';
import { verifyRecord } from '@slipway/flow/deployment';
import { openLedger, readChain } from '@slipway/flow/ledger';
import { systemClock } from '@slipway/io/clock';
import type { CallingClient } from '@slipway/lab/client';
import { openGate, type GateRequest, type KillPoint } from './gate.js';
import { lookAtCluster, type Sight } from './look.js';
import { startPackagedStep, type EndedStep, type PackagedStepPlan } from '../step/index.js';
import { formatManifests, formatSmokeTest, type Behaviour, type Release } from './release.js';
import type { KillStage } from './stage.js';

/** What is asked of Slipway: the same value again is the same run again. */
export type Command =
  { readonly verb: 'k8s-deploy'; readonly release: Release } | { readonly verb: 'rollback' };

/** A run of a command, with all its requests. */
export interface LaneRun extends EndedStep {
  readonly plan: PackagedStepPlan;
  readonly requests: readonly GateRequest[];
  /** It came to its point, and was killed there. */
  readonly isKilled: boolean;
}

/** The ledger as it lies in the registry. */
export interface LaneRecord {
  readonly links: readonly ChainLink[];
  readonly state: LedgerState;
  /** Where the chain breaks, if it does. */
  readonly fault?: string;
}

export const environment = 'test';
/** Long enough for a machine that is busy; a service that is gone refuses at once. */
const patienceMs = 10_000;
/** All lanes together call more than a hundred times a second. */
const everyMs = 100;

/** A service in a namespace of its own, with its record and a client that never stops calling it. */
export class Lane {
  readonly namespace: string;
  readonly #stage: KillStage;
  readonly #ledger: Repository;
  readonly #stopped = new AbortController();
  #client: CallingClient | undefined;
  #releases = 0;
  #runs = 0;

  constructor(stage: KillStage, name: string) {
    const { namespace, registryHost } = stage.stage;
    this.#stage = stage;
    this.namespace = `${namespace}-${name}`;
    this.#ledger = parseRepository(`${registryHost}/${this.namespace}/ledger`);
  }

  /** Not deployed before. */
  newRelease(behaviour: Behaviour, hasMigration = false): Release {
    this.#releases += 1;
    return { version: `1.${this.#releases}.0`, behaviour, hasMigration };
  }

  /** Runs the packaged action, and kills it at the point if one is given. */
  async run(command: Command, point?: KillPoint): Promise<LaneRun> {
    return this.#start(this.#plan(command), undefined, point);
  }

  /** Runs the post step of a run, as a runner does that is still there. */
  async runPost({ plan, state }: LaneRun): Promise<LaneRun> {
    return this.#start(plan, state, undefined);
  }

  async readRecord(): Promise<LaneRecord> {
    const links = await readChain(this.#stage.stage.client, this.#ledger, environment);
    const verdict = checkChain(environment, links);
    if (verdict.isWhole) return { links, state: verdict.state };
    const fault = `the ledger breaks at ${verdict.tag}: ${verdict.sentence}`;
    return { links, state: links.at(-1)?.event.state ?? emptyState, fault };
  }

  /** What `slipway verify` finds wrong, the cluster compared with the live bundle. */
  async verify(): Promise<readonly string[]> {
    const { client, cluster, logger } = this.#stage.stage;
    const options = { client, logger, clock: systemClock };
    const ledger = openLedger({ ...options, repository: this.#ledger, environment });
    const { signal } = this.#stopped;
    const place = { service: 'app', namespace: this.namespace, cluster, signal };
    return (await verifyRecord({ ...options, ...place, ledger })).problems;
  }

  look(): Promise<Sight> {
    return lookAtCluster(this.#stage.stage.cluster, this.namespace);
  }

  /** Starts to call the service, once it is there. */
  async startClient(): Promise<void> {
    const { namespace } = this;
    const call = { namespace, service: 'app', path: '/release', name: (body: string) => body };
    const options = { patienceMs, everyMs };
    const { signal } = this.#stopped;
    this.#client = await this.#stage.stage.startClient([call], signal, options);
  }

  /** What the client has seen since it was started. */
  get client(): CallingClient {
    if (this.#client === undefined) throw new Error('nobody calls the service yet');
    return this.#client;
  }

  /** Ends the client, and removes everything from the cluster. */
  async close(): Promise<void> {
    await this.#client?.stop();
    this.#stopped.abort();
    const { cluster } = this.#stage.stage;
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: this.namespace });
  }

  async #start(
    plan: PackagedStepPlan,
    state: EndedStep['state'] | undefined,
    point: KillPoint | undefined,
  ): Promise<LaneRun> {
    const { api } = this.#stage;
    let kill = (): void => undefined;
    const strike = (): void => kill();
    const gate = await openGate({ api, strike, ...(point === undefined ? {} : { point }) });
    try {
      const kubeconfig = join(plan.folder, 'kubeconfig');
      writeFileSync(kubeconfig, formatKubeconfig(gate.host));
      const inputs = { ...plan.inputs, kubeconfig };
      const env = { ...plan.env, HTTP_PROXY: `http://${gate.host}` };
      const step = startPackagedStep({ ...plan, inputs, env }, state);
      kill = () => step.kill();
      const ended = await step.ended;
      return { ...ended, plan, requests: gate.requests, isKilled: gate.isStruck };
    } finally {
      await gate.close();
    }
  }

  #plan(command: Command): PackagedStepPlan {
    this.#runs += 1;
    const folder = join(this.#stage.folder, this.namespace, String(this.#runs));
    mkdirSync(folder, { recursive: true });
    if (command.verb === 'k8s-deploy') {
      writeFileSync(join(folder, 'app.yaml'), formatManifests(command.release));
    }
    return {
      actionFolder: join(this.#stage.actions, command.verb),
      folder,
      inputs: { ...this.#placeInputs(), ...inputsOf(command, this.#stage.image) },
      env: {
        PATH: this.#stage.path,
        TMPDIR: folder,
        NODE_COMPILE_CACHE: join(this.#stage.folder, 'compiled'), // a thousand processes of one file
        RUNNER_TEMP: folder,
        GITHUB_REPOSITORY: 'acme/app',
        GITHUB_RUN_ID: String(this.#runs),
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_ACTOR: 'ada',
      },
    };
  }

  #placeInputs(): Readonly<Record<string, string>> {
    const { stage } = this.#stage;
    return {
      service: 'app',
      environment,
      namespace: this.namespace,
      image: formatRepository(stage.repository),
      ledger: formatRepository(this.#ledger),
      'plain-http': stage.registryHost,
      timeout: '4m',
    };
  }
}

function inputsOf(command: Command, image: string): Readonly<Record<string, string>> {
  if (command.verb === 'rollback') return { reason: 'the prices are wrong' };
  const { version, behaviour } = command.release;
  const test = { 'smoke-test': formatSmokeTest(behaviour) };
  return { ...test, manifests: 'app.yaml', images: `app=${image}`, version };
}

/** The gate adds the credentials. */
function formatKubeconfig(host: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'gate', cluster: { server: `http://${host}` } }],
    contexts: [{ name: 'gate', context: { cluster: 'gate', user: '' } }],
    'current-context': 'gate',
  });
}
