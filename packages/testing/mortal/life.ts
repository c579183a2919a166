/** What becomes of a writer at one of its requests. */
export interface Fate {
  /** Killed like by `kill -9`, or stopped until it is woken. */
  readonly kind: 'killed' | 'paused';
  /** Which one, from 1: of all requests, or of those that write. */
  readonly at: number;
  readonly of: 'requests' | 'writes';
  /** Before that request is sent, or after it was answered: an answer that the dead do not read is one that is lost. */
  readonly moment: 'before' | 'after';
}

export interface WriteRecord {
  readonly request: string;
  /** The holder's count in the Lease when it was sent. */
  readonly transitions: number;
  /** Why nobody may have written it, if so. */
  readonly offence?: string;
}

/** What a writer is born into. */
interface Surroundings {
  /** The newest holder's count in the Lease. */
  readonly newestTransitions: number;
  enter(life: Life): void;
}

class DeathError extends Error {}

/** One writer's process: all that it sends passes here, until it does not live any more. */
export class Life {
  readonly name: string;
  readonly #world: Surroundings;
  readonly #fate: Fate | undefined;
  readonly #sent = new Set<Promise<unknown>>();
  readonly writes: WriteRecord[] = [];
  state: 'alive' | 'paused' | 'dead' | 'done' = 'alive';
  /** Whether it holds the Lease, as far as its last answer about it says. */
  holds = false;
  transitions = -1;
  requests = 0;
  #writesBegun = 0;
  /** The request that its fate came at. */
  endedAt: string | undefined;
  readonly #sleepers: (() => void)[] = [];
  #onEnd: () => void = () => undefined;
  /** Resolves when it is killed or paused. */
  readonly ended: Promise<void>;

  constructor(name: string, world: Surroundings, fate?: Fate) {
    this.name = name;
    this.#world = world;
    this.#fate = fate;
    this.ended = new Promise((resolve) => (this.#onEnd = resolve));
    world.enter(this);
  }

  /** Reads pass; of a dead one nothing does. */
  async read<T>(request: string, send: () => Promise<T>): Promise<T> {
    await this.#meetFate(request, 'before');
    const answer = await this.#track(send());
    await this.#meetFate(request, 'after');
    return answer;
  }

  /**
   * A write is recorded when it arrived.
   *
   * @param isRefused whether an error says that it was never sent
   * @param isIdle whether an answer says that there was nothing to write
   */
  async write<T>(
    request: string,
    send: () => Promise<T>,
    isRefused: (error: unknown) => boolean,
    isIdle: (answer: T) => boolean = () => false,
  ): Promise<T> {
    await this.#meetFate(request, 'before', true);
    const offence = this.#findOffence();
    const { transitions } = this;
    const record = { request, transitions, ...(offence === undefined ? {} : { offence }) };
    const arrived = send().then(
      (answer) => {
        if (!isIdle(answer)) this.writes.push(record);
        return answer;
      },
      (error: unknown) => {
        if (!isRefused(error)) this.writes.push(record);
        throw error;
      },
    );
    const answer = await this.#track(arrived);
    await this.#meetFate(request, 'after', true);
    return answer;
  }

  /** What was on its way when it ended has arrived. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#sent);
  }

  wake(): void {
    if (this.state !== 'paused') return;
    this.state = 'alive';
    for (const wake of this.#sleepers.splice(0)) wake();
  }

  /** It has come to its end by itself. */
  finish(): void {
    if (this.state === 'alive') this.state = 'done';
  }

  #findOffence(): string | undefined {
    const { newestTransitions } = this.#world;
    if (this.holds && this.transitions < newestTransitions) {
      return `holder ${newestTransitions} had taken over`;
    }
    return undefined;
  }

  async #track<T>(sent: Promise<T>): Promise<T> {
    this.#sent.add(sent);
    try {
      return await sent;
    } finally {
      this.#sent.delete(sent);
    }
  }

  async #meetFate(request: string, moment: Fate['moment'], isWrite = false): Promise<void> {
    this.#assertAlive();
    if (moment === 'before') {
      this.requests += 1;
      if (isWrite) this.#writesBegun += 1;
    }
    const isNow = this.endedAt === undefined && this.#isFated(moment, isWrite);
    if (isNow) this.#end(`${moment} ${request}`);
    this.#assertAlive();
    if (this.state === 'paused') {
      await new Promise<void>((resolve) => this.#sleepers.push(resolve));
    }
  }

  #isFated(moment: Fate['moment'], isWrite: boolean): boolean {
    const fate = this.#fate;
    if (fate?.moment !== moment) return false;
    return fate.of === 'writes'
      ? isWrite && this.#writesBegun >= fate.at
      : this.requests >= fate.at;
  }

  #assertAlive(): void {
    if (this.state === 'dead') throw new DeathError(`${this.name} is dead`);
  }

  #end(where: string): void {
    this.endedAt = where;
    this.state = this.#fate?.kind === 'paused' ? 'paused' : 'dead';
    this.#onEnd();
  }
}
