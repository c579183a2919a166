import { join } from 'node:path';
import { formatDuration } from '@slipway/core/duration';
import { runCommand } from '@slipway/io/command';
import type { Clock } from '@slipway/io/clock';
import { buildCatalogImage, type CatalogRelease } from '../catalog/index.js';
import type { ClusterPart, RegistryPart } from '../parts/index.js';
import { startClient, type CallingClient, type ClientTally } from './client.js';
import { runStep, type Job } from './runner.js';
import { findServiceUrl } from './service-url.js';

/** What the demo needs to play its story. */
export interface Stage {
  readonly job: Job;
  readonly registry: RegistryPart;
  readonly cluster: ClusterPart;
  readonly kubectl: string;
  /** The compiled catalog. */
  readonly program: string;
  readonly folder: string;
  readonly slipway: readonly [string, ...string[]];
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

interface StepOutcome {
  readonly name: string;
  readonly isAsTold: boolean;
  readonly seconds: number;
  /** What was not as the story says. */
  readonly wrong: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

export interface StoryOutcome {
  readonly isAsTold: boolean;
  readonly steps: readonly StepOutcome[];
  readonly client: ClientTally;
  /** From the event `started` of the bad release to its `failed`, in seconds. */
  readonly diagnosisSeconds: number;
  readonly history: readonly LedgerRow[];
  readonly table: string;
}

interface LedgerRow {
  readonly at: string;
  readonly kind: string;
  readonly version: string;
}

/** What an action must answer with; a step that fails as the story says is as told. */
interface Expectation {
  readonly exitCode: 0 | 1;
  readonly outputs: Readonly<Record<string, string>>;
}

const releases: readonly CatalogRelease[] = [
  { version: '1.0.0', data: 'good', commit: '1'.repeat(40) },
  { version: '1.1.0', data: 'good', commit: '2'.repeat(40) },
  { version: '1.2.0', data: 'missing', commit: '3'.repeat(40) },
  { version: '1.3.0', data: 'free', commit: '4'.repeat(40) },
];

const soak = '3s';
const reason = 'everything is free since 1.3.0';

/** Plays the story: two good releases, one that crashes, one that nobody wanted. */
export async function playStory(stage: Stage): Promise<StoryOutcome> {
  const player = new Player(stage);
  await player.push('1.0.0');
  await player.push('1.1.0');
  const client = player.startClient();
  client.catch(() => undefined); // told where it is awaited
  await player.deploy('1.0.0', succeeded('1.0.0'));
  const calling = await client;
  let tally: ClientTally;
  try {
    await player.deploy('1.1.0', succeeded('1.1.0'));
    await player.push('1.2.0');
    await player.deploy('1.2.0', {
      exitCode: 1,
      outputs: {
        status: 'rolled-back',
        'failure-code': 'crash-loop',
        'rolled-back-to': '1.1.0',
        version: '1.2.0',
      },
    });
    await player.push('1.3.0');
    await player.deploy('1.3.0', succeeded('1.3.0'));
    await player.rollBack();
  } finally {
    tally = await calling.stop();
  }
  const history = await player.readHistory();
  await player.verify();
  return finish(player, tally, history);
}

function finish(
  player: Player,
  client: ClientTally,
  history: { readonly rows: readonly LedgerRow[]; readonly table: string },
): StoryOutcome {
  const timeOf = (kind: string): number =>
    Date.parse(history.rows.find((row) => row.version === '1.2.0' && row.kind === kind)?.at ?? '');
  const diagnosisSeconds = (timeOf('failed') - timeOf('started')) / 1000;
  const isClientHappy = client.failed === 0 && client.requests > 0;
  return {
    isAsTold:
      player.steps.every(({ isAsTold }) => isAsTold) && isClientHappy && diagnosisSeconds <= 30,
    steps: player.steps,
    client,
    diagnosisSeconds,
    history: history.rows,
    table: history.table,
  };
}

function succeeded(version: string): Expectation {
  return { exitCode: 0, outputs: { status: 'succeeded', version, 'failure-code': '' } };
}

class Player {
  readonly steps: StepOutcome[] = [];
  readonly #references = new Map<string, string>();
  readonly #stage: Stage;
  #runs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async push(version: string): Promise<void> {
    const { folder, program } = this.#stage;
    const release = releases.find((each) => each.version === version);
    if (release === undefined) throw new Error(`no release ${version}`);
    const layout = join(folder, `image-${version}`);
    const image = buildCatalogImage(layout, program, release);
    const outputs = await this.#step(
      `push ${version}`,
      'registry-push',
      { service: 'catalog', source: layout, image: this.#image, tags: version },
      { exitCode: 0, outputs: { digest: image.digest, unchanged: 'false' } },
    );
    this.#references.set(version, outputs['reference'] ?? '');
  }

  async deploy(version: string, expected: Expectation): Promise<void> {
    const inputs = {
      ...this.#target,
      images: `catalog=${this.#references.get(version) ?? ''}`,
      soak,
      timeout: '2m',
    };
    await this.#step(`deploy ${version}`, 'k8s-deploy', inputs, expected);
  }

  async rollBack(): Promise<void> {
    const inputs = { ...this.#target, reason };
    await this.#step('roll back by hand', 'rollback', inputs, {
      exitCode: 0,
      outputs: { status: 'succeeded', from: '1.3.0', to: '1.1.0', quarantined: '1.3.0' },
    });
  }

  async startClient(): Promise<CallingClient> {
    const { job, cluster, clock } = this.#stage;
    const url = await findServiceUrl(cluster, { namespace: 'shop', name: 'catalog' }, this.#stage);
    return startClient(`${url}/version`, clock, job.signal);
  }

  async readHistory(): Promise<{ rows: readonly LedgerRow[]; table: string }> {
    const options = ['--service', 'catalog', '--environment', 'test', '--image', this.#image];
    const table = await this.#slipway(['history', ...options]);
    const json = await this.#slipway(['history', ...options, '--json']);
    const { events } = JSON.parse(json) as { readonly events: string };
    return { rows: JSON.parse(events) as LedgerRow[], table };
  }

  async verify(): Promise<void> {
    const { clock, say, cluster } = this.#stage;
    say('');
    say('— slipway verify');
    const started = clock.monotonicMs();
    const options = ['--service', 'catalog', '--environment', 'test', '--image', this.#image];
    const place = ['--kubeconfig', cluster.kubeconfig, '--context', cluster.context];
    const said = await this.#slipway(['verify', ...options, ...place]);
    for (const line of said.trim().split('\n')) say(`  ${line}`);
    const isProven = said.includes('the chain is whole') && said.includes('1.1.0');
    this.#finish('slipway verify', started, isProven ? [] : ['it does not prove 1.1.0'], {});
  }

  get #image(): string {
    return `${this.#stage.registry.host}/shop/catalog`;
  }

  get #target(): Readonly<Record<string, string>> {
    const { cluster } = this.#stage;
    const { kubeconfig, context } = cluster;
    return { service: 'catalog', environment: 'test', image: this.#image, kubeconfig, context };
  }

  async #step(
    name: string,
    action: string,
    inputs: Readonly<Record<string, string>>,
    expected: Expectation,
  ): Promise<Readonly<Record<string, string>>> {
    const { job, clock, say, registry } = this.#stage;
    say('');
    say(`— ${name}`);
    const started = clock.monotonicMs();
    this.#runs += 1;
    const plain = { 'plain-http': registry.host };
    const result = await runStep(job, action, this.#runs, { ...inputs, ...plain });
    job.signal.throwIfAborted();
    const differences = Object.entries(expected.outputs)
      .filter(([output, value]) => result.outputs[output] !== value)
      .map(([output, value]) => `${output} is “${result.outputs[output] ?? ''}”, not “${value}”`);
    const exit = `exit code ${result.exitCode}, not ${expected.exitCode}`;
    const wrong = result.exitCode === expected.exitCode ? differences : [exit, ...differences];
    this.#finish(name, started, wrong, result.outputs);
    return result.outputs;
  }

  #finish(
    name: string,
    started: number,
    wrong: readonly string[],
    outputs: Readonly<Record<string, string>>,
  ): void {
    const { clock, say } = this.#stage;
    const ms = clock.monotonicMs() - started;
    const isAsTold = wrong.length === 0;
    const verdict = isAsTold ? 'as the story says' : `NOT as the story says: ${wrong.join('; ')}`;
    say(`  ${isAsTold ? '✔' : '✘'} ${name}: ${verdict}, ${formatDuration(ms)}`);
    this.steps.push({ name, isAsTold, seconds: ms / 1000, wrong, outputs });
  }

  async #slipway(args: readonly string[]): Promise<string> {
    const { slipway, job, registry } = this.#stage;
    const { stdout } = await runCommand([...slipway, ...args, '--plain-http', registry.host], {
      cwd: job.workspace,
      env: job.environment,
      signal: job.signal,
    });
    return stdout;
  }
}
