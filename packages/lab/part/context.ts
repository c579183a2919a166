/** What a part works with while it is started, checked or ended. */
export interface PartContext {
  /** The lab's folder. */
  readonly lab: string;
  /** The part's own folder in it. */
  readonly folder: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}
