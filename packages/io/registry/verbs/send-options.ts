import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';

export interface SendOptions {
  /** Asks the same questions and sends nothing. */
  readonly isDryRun: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}
