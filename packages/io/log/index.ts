/** Where an action tells a person what it does. `flow/runtime` writes it to the runner's log. */
export interface Logger {
  /** Text: nothing in it is a command to the runner. */
  info(line: string): void;
  /**
   * A line of a program of the user's. What it asks the runner for is done as far as people read or do not read it
   * (annotations, groups, masks); all else is text.
   */
  relay(line: string): void;
  warning(line: string): void;
  /** Shown only when the runner's debug log is on. */
  debug(line: string): void;
  /** Lines that fold under a title. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /**
   * What stands below the log until it is replaced, and goes with no lines at all. Only where a terminal reads:
   * what it says must be in the log as well.
   */
  readonly show?: (lines: readonly string[]) => void;
}
