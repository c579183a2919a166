import { formatDuration } from '@slipway/core/duration';
import type { WorkflowRun } from './job.js';
import { runStep, type StepRun } from './runner.js';
import type { Stage } from './stage.js';

export type Outputs = Readonly<Record<string, string>>;

/** What became of a step. */
export interface StepOutcome {
  readonly name: string;
  readonly isAsTold: boolean;
  readonly seconds: number;
  /** What was not as the story says. */
  readonly wrong: readonly string[];
  readonly outputs: Outputs;
}

/** What an action must answer with; a step that fails as the story says is as told. */
export interface Expectation {
  readonly exitCode?: 1;
  readonly outputs?: Outputs;
}

/** A step of the story that is no action. */
export type Check = () => Promise<readonly string[]>;

/** A step did not end as the story says: those after it would tell nothing. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken';
}

/** Plays the steps of the story and compares what they answer with what the story says. */
export class Player {
  readonly steps: StepOutcome[] = [];
  readonly #stage: Stage;
  #runs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  startRun(commit?: string): WorkflowRun {
    this.#runs += 1;
    return { id: this.#runs, ...(commit === undefined ? {} : { commit }) };
  }

  chapter(title: string): void {
    this.#stage.say('');
    this.#stage.say(`━━ ${title}`);
  }

  /** Runs an action as a step of a workflow. */
  async act(
    name: string,
    action: string,
    run: WorkflowRun,
    inputs: Outputs,
    expected: Expectation = {},
  ): Promise<Outputs> {
    const { job, clock } = this.#stage;
    this.#announce(name);
    const told =
      expected.exitCode === undefined
        ? name
        : `${name} → ${expected.outputs?.['failure-code'] ?? 'fails'}`;
    const started = clock.monotonicMs();
    const step: StepRun = { action, run, inputs, title: name };
    const result = await runStep(job, step);
    job.signal.throwIfAborted();
    const code = expected.exitCode ?? 0;
    const differences = compare(expected.outputs ?? {}, result.outputs);
    const wrong =
      result.exitCode === code
        ? differences
        : [`exit code ${result.exitCode}, not ${code}`, ...differences];
    this.#finish(told, started, wrong, result.outputs);
    return result.outputs;
  }

  /** A step that looks at the world; it answers with what is not as the story says. */
  async check(name: string, look: Check): Promise<void> {
    this.#announce(name);
    const started = this.#stage.clock.monotonicMs();
    this.#finish(name, started, await look(), {});
  }

  #announce(name: string): void {
    this.#stage.say('');
    this.#stage.say(`— ${name}`);
  }

  #finish(name: string, started: number, wrong: readonly string[], outputs: Outputs): void {
    const { clock, say } = this.#stage;
    const ms = clock.monotonicMs() - started;
    const isAsTold = wrong.length === 0;
    const verdict = isAsTold ? 'as the story says' : `NOT as the story says: ${wrong.join('; ')}`;
    say(`  ${isAsTold ? '✔' : '✘'} ${name}: ${verdict}, ${formatDuration(ms)}`);
    this.steps.push({ name, isAsTold, seconds: ms / 1000, wrong, outputs });
    if (!isAsTold) throw new StoryBroken(`${name}: ${wrong.join('; ')}`);
  }
}

/** Every expected output that is another one. */
export function compare(expected: Outputs, outputs: Outputs): readonly string[] {
  return Object.entries(expected)
    .filter(([output, value]) => outputs[output] !== value)
    .map(([output, value]) => `${output} is “${outputs[output] ?? ''}”, not “${value}”`);
}
