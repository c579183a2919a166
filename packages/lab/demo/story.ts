import { runCommand } from '@slipway/io/command';
import { services } from '../shop/index.js';
import { waitForAll } from '../waiting/index.js';
import type { CallingClient, ClientTally } from '../client/index.js';
import { Pipeline } from './pipeline.js';
import { Player, StoryBroken, compare, type StepOutcome } from './player.js';
import { runStep } from './runner.js';
import { startShopClient } from './shop-client.js';
import type { Stage } from './stage.js';

export interface StoryOutcome {
  readonly isAsTold: boolean;
  readonly steps: readonly StepOutcome[];
  /** What calls production all the time. */
  readonly client: ClientTally;
  /** From the event `started` of the bad release to its `failed`, in seconds. */
  readonly diagnosisSeconds: number;
  /** The ledger of orders in production. */
  readonly history: readonly LedgerRow[];
  /** Service × environment. */
  readonly table: string;
}

interface LedgerRow {
  readonly at: string;
  readonly kind: string;
  readonly version: string;
}

const noCalls: ClientTally = { requests: 0, failed: 0, failures: [], answers: {} };

const reason = 'the launch discount gives everything away';

/**
 * Plays the life of a shop: its first release, a change that goes all the way, one that stops at the gate, one
 * that crashes in production and comes back by itself, one that a person rolls back, and the whole shop on a
 * new cluster.
 */
export async function playStory(stage: Stage): Promise<StoryOutcome> {
  const story = new Story(stage);
  let client: CallingClient | undefined;
  try {
    await story.releaseShop();
    client = await startShopClient(stage);
    await story.releaseFeature();
    await story.breakConsumer();
    await story.crashInProduction();
    await story.rollBackByHand();
    await client.stop();
    await story.redeploy();
    await story.verify();
  } catch (error) {
    if (!(error instanceof StoryBroken)) throw error;
  } finally {
    await client?.stop();
  }
  return story.finish(await client?.tally());
}

class Story {
  readonly #stage: Stage;
  readonly #player: Player;
  readonly #pipeline: Pipeline;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#player = new Player(stage);
    this.#pipeline = new Pipeline(this.#player, stage);
  }

  /** Built side by side; deployed each after what it calls. */
  async releaseShop(): Promise<void> {
    this.#player.chapter('The shop goes to production for the first time');
    const run = this.#player.startRun(this.#stage.shop.firstCommit);
    const candidates = await waitForAll(
      services.map((service) => this.#pipeline.build(service, run, '1.0.0')),
    );
    for (const candidate of candidates) await this.#pipeline.deployToTest(candidate);
    await waitForAll(candidates.map((candidate) => this.#pipeline.gate(candidate)));
    for (const candidate of candidates) {
      await this.#pipeline.toProduction(candidate, {
        decision: 'approve',
        level: 'major',
        approvalEnvironment: 'production-major',
      });
    }
  }

  async releaseFeature(): Promise<void> {
    this.#player.chapter('A feature of orders goes all the way');
    const { candidate } = await this.#commitAndTest('1-item-count', '1.1.0');
    await this.#pipeline.gate(candidate);
    const planned = await this.#pipeline.plan(candidate, { outputs: { decision: 'approve' } });
    await this.#pipeline.apply(candidate, planned, {
      exitCode: 1,
      outputs: { 'failure-code': 'approval-missing' },
    });
    await this.#pipeline.toProduction(candidate, {
      decision: 'approve',
      level: 'minor',
      approvalEnvironment: 'production-approval',
    });
  }

  async breakConsumer(): Promise<void> {
    this.#player.chapter('A change of orders breaks the storefront, and stops at the gate');
    const { candidate } = await this.#commitAndTest('2-renamed-total', '1.1.1');
    await this.#pipeline.gate(candidate, {
      exitCode: 1,
      outputs: { status: 'failed', 'failure-code': 'integration-failed' },
    });
    await this.#pipeline.plan(candidate, {
      exitCode: 1,
      outputs: { decision: 'blocked', 'failure-code': 'policy-blocked', plan: '' },
    });
  }

  async crashInProduction(): Promise<void> {
    this.#player.chapter('The next one passes every test, crashes in production, and comes back');
    const { candidate } = await this.#commitAndTest('3-missing-setting', '1.1.2', [
      '2-renamed-total',
    ]);
    await this.#pipeline.gate(candidate);
    await this.#pipeline.toProduction(candidate, {
      decision: 'proceed',
      level: 'patch',
      deployed: {
        exitCode: 1,
        outputs: {
          status: 'rolled-back',
          'failure-code': 'crash-loop',
          'rolled-back-to': '1.1.0',
          version: '1.1.2',
        },
      },
    });
  }

  async rollBackByHand(): Promise<void> {
    this.#player.chapter('A release that works, and that nobody wants');
    const { candidate } = await this.#commitAndTest('4-everything-free', '1.2.0', [
      '3-missing-setting',
    ]);
    await this.#pipeline.gate(candidate);
    await this.#pipeline.toProduction(candidate, {
      decision: 'approve',
      level: 'minor',
      approvalEnvironment: 'production-approval',
    });
    await this.#player.act(
      'orders: roll back by hand',
      'rollback',
      this.#player.startRun(),
      { service: 'orders', environment: 'production', reason },
      { outputs: { status: 'succeeded', from: '1.2.0', to: '1.1.0', quarantined: '1.2.0' } },
    );
  }

  async redeploy(): Promise<void> {
    this.#player.chapter('The whole shop on a new, empty cluster');
    const outputs = await this.#player.act(
      'the shop: redeploy to standby',
      'redeploy-system',
      this.#player.startRun(),
      {
        mode: 'run',
        system: 'system.yml',
        'from-environment': 'production',
        'to-environment': 'standby',
        timeout: '3m',
      },
    );
    await this.#player.check('standby has what production has', () => {
      const there: unknown = JSON.parse(outputs['services'] ?? '{}');
      const versions = new Map(Object.entries(there as Readonly<Record<string, ServiceAnswer>>));
      const found = Object.fromEntries(
        [...versions].map(([name, { version, status }]) => [name, `${version} ${status}`]),
      );
      const deployed = 'succeeded';
      return Promise.resolve(
        compare(
          {
            catalog: `1.0.0 ${deployed}`,
            orders: `1.1.0 ${deployed}`,
            storefront: `1.0.0 ${deployed}`,
          },
          found,
        ),
      );
    });
  }

  async verify(): Promise<void> {
    await this.#player.check('slipway verify: the record of orders is whole', async () => {
      const said = await this.#slipway('verify', ...ordersInProduction);
      const isProven = said.includes('the chain is whole') && said.includes('1.1.0');
      return isProven ? [] : ['it does not prove 1.1.0'];
    });
  }

  async finish(client = noCalls): Promise<StoryOutcome> {
    const table = await this.#readTable();
    const json = await this.#slipway('history', ...ordersInProduction, '--json');
    const { events: history } = JSON.parse(json) as { readonly events: readonly LedgerRow[] };
    const timeOf = (kind: string): number =>
      Date.parse(history.find((row) => row.version === '1.1.2' && row.kind === kind)?.at ?? '');
    const diagnosisSeconds = (timeOf('failed') - timeOf('started')) / 1000;
    const isClientHappy = client.failed === 0 && client.requests > 0;
    const { steps } = this.#player;
    const isAsTold =
      steps.every((step) => step.isAsTold) && isClientHappy && diagnosisSeconds <= 30;
    return { isAsTold, steps, client, diagnosisSeconds, history, table };
  }

  /** The jobs `build` and `test` of the workflow, up to the gate. */
  async #commitAndTest(change: string, version: string, takeBack: readonly string[] = []) {
    const { shop, say } = this.#stage;
    const { commit, subject } = await shop.commit(change, { takeBack });
    say(`  ${commit.slice(0, 8)} ${subject}`);
    const run = this.#player.startRun(commit);
    const candidate = await this.#pipeline.build('orders', run, version);
    await this.#pipeline.deployToTest(candidate);
    return { candidate };
  }

  async #readTable(): Promise<string> {
    const inputs = { system: 'system.yml' };
    const step = { action: 'release-status', run: this.#player.startRun(), inputs };
    const { log } = await runStep({ ...this.#stage.job, print: () => undefined }, step);
    return log;
  }

  async #slipway(...args: readonly string[]): Promise<string> {
    const { slipway, job } = this.#stage;
    const { stdout } = await runCommand([...slipway, ...args, '--plain-http', job.plainHttp], {
      cwd: job.workspace,
      env: job.environment,
      signal: job.signal,
    });
    return stdout;
  }
}

interface ServiceAnswer {
  readonly version: string;
  readonly status: string;
}

const ordersInProduction = ['--service', 'orders', '--environment', 'production'] as const;
