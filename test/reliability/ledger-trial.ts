import { SlipwayError, describeError } from '@slipway/core/errors';
import type { DeploymentContext } from '@slipway/flow/deployment';
import {
  Life,
  World,
  liveThrough,
  type Acknowledgement,
  type Lived,
} from '@slipway/testing/mortal';
import { findDifferences, findProblems } from './ledger-proof.js';
import {
  describeActor,
  type Actor,
  type Operation,
  type Sequence,
  type Step,
} from './ledger-sequence.js';
import { openRun, perform, type ModelService } from './ledger-service.js';

export interface TrialResult {
  /** What was done and what came of it, a line each. */
  readonly story: readonly string[];
  /** What is not as it must be. */
  readonly problems: readonly string[];
  /** The requests at which writers were killed or stopped. */
  readonly ends: readonly string[];
  readonly requests: number;
  /** How often the Lease changed hands. */
  readonly transitions: number;
  readonly acknowledged: number;
}

/** A writer at work. */
interface Run {
  readonly life: Life;
  readonly actor: Actor;
  readonly ending: Promise<Ending>;
}

/** What came of an operation: its answer, or the code of what it failed with. */
interface Ending {
  readonly name: string;
  readonly failure?: unknown;
}

/** How an operation may end to which nothing happens: with what it answers, or with what it refuses. */
const legalEndings: Readonly<Record<Operation['kind'], readonly string[]>> = {
  deploy: ['succeeded', 'unchanged', 'smoke-test-failed', 'quarantined', 'held'],
  'roll-back': ['succeeded', 'smoke-test-failed', 'nothing-to-return-to'],
  settle: ['succeeded', 'unchanged', 'not-found'],
  hold: ['done'],
  'release-hold': ['done'],
};

/** Plays a sequence against a real cluster and a real registry, and proves what came of it. */
export class Trial {
  readonly #service: ModelService;
  readonly #real: Lived;
  readonly #world = new World();
  readonly #lives: Life[] = [];
  readonly #acknowledged: Acknowledgement[] = [];
  readonly #story: string[] = [];
  readonly #problems: string[] = [];
  /** Stopped, until the next step is over. */
  #paused: Run[] = [];

  constructor(service: ModelService, real: Lived) {
    this.#service = service;
    this.#real = real;
  }

  async play({ steps, last }: Sequence): Promise<TrialResult> {
    for (const step of steps) await this.#playStep(step);
    await this.#wake(this.#paused);
    // whatever the others left: the next run finds a way on
    await this.#playAlone({ kind: 'release-hold' }, 'done');
    const deploy = { kind: 'deploy', onFailure: 'rollback', isOverridden: false } as const;
    await this.#playAlone({ ...deploy, release: last }, 'succeeded');
    const found = await findProblems(
      this.#service,
      this.#openContext(),
      this.#lives,
      this.#acknowledged,
    );
    return {
      story: this.#story,
      problems: [...this.#problems, ...found],
      ends: this.#lives.flatMap(({ endedAt }) => endedAt ?? []),
      requests: this.#lives.reduce((sum, { requests }) => sum + requests, 0),
      transitions: this.#world.newestTransitions,
      acknowledged: this.#acknowledged.length,
    };
  }

  async #playStep({ actors, passMs }: Step): Promise<void> {
    this.#world.pass(passMs);
    const sleepers = this.#paused;
    this.#paused = [];
    const runs = actors.map((actor) => this.#begin(actor));
    const [only, other] = await Promise.all(runs.map((run) => this.#follow(run)));
    if (only !== undefined && other === undefined) await this.#compare(only);
    await this.#wake(sleepers);
  }

  async #playAlone(operation: Operation, expected: string): Promise<void> {
    const ending = await this.#follow(this.#begin({ operation, skewMs: 0 }));
    if (ending !== expected) this.#problems.push(`the last run ended with ${ending}`);
  }

  #begin(actor: Actor): Run {
    const life = new Life(`writer ${this.#lives.length + 1}`, this.#world, actor.fate);
    this.#lives.push(life);
    return { life, actor, ending: this.#perform(life, actor) };
  }

  async #perform(life: Life, { operation, skewMs }: Actor): Promise<Ending> {
    const lived = liveThrough(life, this.#world, this.#real, this.#acknowledged);
    const clock = this.#world.clockOf(life, skewMs);
    const context = openRun(this.#service, lived, clock, life.name);
    try {
      const { failure, status = 'done' } = (await perform(this.#service, context, operation)) ?? {};
      return failure === undefined ? { name: status } : { name: failure.code, failure };
    } catch (failure) {
      return { name: failure instanceof SlipwayError ? failure.code : 'a defect', failure };
    } finally {
      life.finish();
    }
  }

  /** To its end, or until it is stopped. */
  async #follow(run: Run): Promise<string> {
    const { life, actor } = run;
    await Promise.race([run.ending, life.ended]);
    if (life.state === 'paused') {
      await life.settled();
      this.#paused.push(run);
      return this.#tell(run, `stopped ${life.endedAt ?? ''}`);
    }
    const ending = await run.ending;
    await life.settled();
    if (life.state === 'dead') return this.#tell(run, `killed ${life.endedAt ?? ''}`);
    this.#judge(run, ending, legalEndings[actor.operation.kind]);
    if (life.holds) this.#problems.push(`${life.name} came to its end and kept the Lease`);
    return this.#tell(run, ending.name);
  }

  /** Those who were stopped go on, and must notice what has happened meanwhile. */
  async #wake(runs: readonly Run[]): Promise<void> {
    for (const run of runs) {
      run.life.wake();
      const ending = await run.ending;
      await run.life.settled();
      const legal = legalEndings[run.actor.operation.kind];
      // a waiter may have been stopped for longer than it was to wait
      this.#judge(run, ending, [...legal, 'lock-lost', 'lock-held']);
      this.#tell(run, `woken, then ${ending.name}`);
    }
  }

  /** After a run to which nothing happened, what is live is what runs. */
  async #compare(ending: string): Promise<void> {
    if (!['succeeded', 'unchanged', 'rolled-back'].includes(ending)) return;
    const context = this.#openContext();
    const { state } = await context.ledger.read();
    if (state.inProgress !== undefined || state.appliedSince.length > 0) return;
    this.#problems.push(...(await findDifferences(this.#service, context, state)));
  }

  /** For somebody who only looks, and to whom nothing happens. */
  #openContext(): DeploymentContext {
    const life = new Life('bystander', this.#world);
    const clock = this.#world.clockOf(life, 0);
    life.finish();
    return openRun(this.#service, this.#real, clock, life.name);
  }

  #judge({ life }: Run, { name, failure }: Ending, legal: readonly string[]): void {
    if (legal.includes(name)) return;
    const why = failure === undefined ? '' : `: ${describeError(failure)}`;
    this.#problems.push(`${life.name} ended with ${name}${why}`);
  }

  #tell({ life, actor }: Run, ending: string): string {
    this.#story.push(`${life.name}: ${describeActor(actor)}: ${ending}`);
    return ending;
  }
}
