/** What a user would take from npm instead. */
export const peerNames = ['semantic-release', 'conventional-recommended-bump'] as const;

export type PeerName = (typeof peerNames)[number];

/** Who is measured: us, git alone for the same commits, and the peers. */
export type ToolName = 'ours' | 'git' | PeerName;

/** What is asked: one service in a repository of its own, the service with the oldest tag of many, and all of many. */
export const questions = ['one', 'oldest', 'all'] as const;

export type Question = (typeof questions)[number];

/** One run of one tool. */
export interface VersionRun {
  readonly question: Question;
  readonly tool: ToolName;
  readonly wallMs: number;
  readonly peakBytes: number;
}

/** The medians of the runs of one tool. */
export type VersionResult = VersionRun;
