/** What a person at the lab has to know: one sentence about what is missing or went wrong. */
export class LabError extends Error {
  override readonly name: string = 'LabError';
}

/** A part was asked for that this run does without (`--without`, `LAB_WITHOUT`): tests count it as skipped. */
export class PartLeftOutError extends LabError {
  override readonly name = 'PartLeftOutError';
  readonly part: string;

  constructor(part: string) {
    super(`the lab does without ${part}: it was left out by --without ${part} or LAB_WITHOUT`);
    this.part = part;
  }
}
