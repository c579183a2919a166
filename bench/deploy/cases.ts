/** What is deployed: the same again, or another version, which is good. */
export type Change = 'unchanged' | 'good';

export const changes: readonly Change[] = ['good', 'unchanged'];

export type ToolName = 'ours' | 'kubectl';

/** One deployment by one tool. */
export interface DeployRun {
  readonly tool: ToolName;
  readonly workloads: number;
  readonly change: Change;
  /** From the start of its first process to the end of its last. */
  readonly wallMs: number;
}

/** Medians. */
export interface DeployResult {
  readonly workloads: number;
  readonly change: Change;
  readonly wallMs: Readonly<Record<ToolName, number>>;
}
