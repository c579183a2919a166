/** The engines whose own command is measured. */
export const engines = ['docker', 'podman', 'buildah'] as const;
export type EngineName = (typeof engines)[number];

/** A source file is another one, or nothing is. */
export type Change = 'changed' | 'warm';
export const changes: readonly Change[] = ['changed', 'warm'];

export type ToolName = 'ours' | 'engine';

/** One build by one tool. */
export interface BuildRun {
  readonly engine: EngineName;
  readonly tool: ToolName;
  readonly change: Change;
  readonly wallMs: number;
}

/** Medians. */
export interface BuildResult {
  readonly engine: EngineName;
  readonly change: Change;
  readonly wallMs: Readonly<Record<ToolName, number>>;
}
