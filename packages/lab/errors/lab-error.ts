/** What a person at the lab has to know: one sentence about what is missing or went wrong. */
export class LabError extends Error {
  override readonly name: string = 'LabError';
}

/** Something was asked for that this run does without: tests count it as skipped. */
export class PartLeftOutError extends LabError {
  override readonly name = 'PartLeftOutError';
  readonly part: string;

  /** @param why a clause; unless given, that somebody left it out (`--without`, `LAB_WITHOUT`) */
  constructor(part: string, why = `it was left out by --without ${part} or LAB_WITHOUT`) {
    super(`the lab does without ${part}: ${why}`);
    this.part = part;
  }
}
