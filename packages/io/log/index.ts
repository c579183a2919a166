/** Where an action tells a person what it does. `flow/runtime` writes it to the runner's log. */
export interface Logger {
  info(line: string): void;
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
