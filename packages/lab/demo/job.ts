/** The run of a workflow: each commit, dispatch and schedule has one. */
export interface WorkflowRun {
  readonly id: number;
  /** Absent where the workflow does not look at a commit. */
  readonly commit?: string;
}

/** A job of a workflow: the folder that was checked out, its environment, and what it prints. */
export interface Job {
  /** `owner/name` */
  readonly repository: string;
  readonly workspace: string;
  readonly temporaryFolder: string;
  /** Both registries, as the input takes them. */
  readonly plainHttp: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly print: (step: string, line: string) => void;
}
