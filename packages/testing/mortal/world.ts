import { systemClock, type Clock } from '@slipway/io/clock';
import type { Life } from './life.js';

/** While somebody else lives, who waits for them looks this often. */
const shortPauseMs = 25;

/** The time and the Lease that several writers share; time that nobody needs is skipped. */
export class World {
  readonly #lives = new Set<Life>();
  #skippedMs = 0;
  /** The newest holder's count, which no write may be behind. */
  newestTransitions = -1;

  enter(life: Life): void {
    this.#lives.add(life);
  }

  /** Time passes for everybody. */
  pass(ms: number): void {
    this.#skippedMs += ms;
  }

  /**
   * Who waits for the Lease of one who does not live any more need not really wait.
   *
   * @param skewMs by how much this machine's clock is wrong
   */
  clockOf(life: Life, skewMs: number): Clock {
    return {
      now: () => new Date(systemClock.now().getTime() + this.#skippedMs + skewMs),
      monotonicMs: () => systemClock.monotonicMs() + this.#skippedMs,
      sleep: async (ms, signal) => {
        if (life.holds) return systemClock.sleep(ms, signal);
        if (this.#isAlone(life)) this.pass(ms);
        await systemClock.sleep(this.#isAlone(life) ? 0 : Math.min(ms, shortPauseMs), signal);
      },
    };
  }

  #isAlone(life: Life): boolean {
    return [...this.#lives].every((other) => other === life || other.state !== 'alive');
  }
}
