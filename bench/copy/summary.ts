import { median, type ProxyCounts } from '../instruments/index.js';
import type { CopyCase } from './cases.js';
import { toolNames, type ToolName } from './tools.js';

/** One copy by one tool. */
export interface CopyRun {
  readonly tool: ToolName;
  readonly wallMs: number;
  readonly peakBytes: number;
  readonly counts: ProxyCounts;
  /** `complete`, or what is wrong. */
  readonly outcome: string;
}

/** All measured runs of a case at a latency. */
export interface CaseRuns {
  readonly copyCase: CopyCase;
  readonly latencyMs: number;
  /** How many manifests there are to copy. */
  readonly manifests: number;
  readonly runs: readonly CopyRun[];
}

/**
 * The medians of a tool in a case, and its highest peak of memory. Those of a peer that delivered in most of
 * its runs are of these: a copy that broke off early was not quick.
 */
export interface ToolSummary extends Omit<CopyRun, 'outcome'> {
  readonly runs: number;
  /** In how many runs everything arrived. */
  readonly complete: number;
  readonly delivers: boolean;
  /** `complete`, or `failed: … (2 of 15)`. */
  readonly arrived: string;
}

/** Those that ran, in the order of the table. */
export function summarise({ runs }: CaseRuns): readonly ToolSummary[] {
  return toolNames.flatMap((tool) => {
    const own = runs.filter((run) => run.tool === tool);
    return own.length === 0 ? [] : summariseTool(tool, own);
  });
}

function summariseTool(tool: ToolName, runs: readonly CopyRun[]): ToolSummary {
  const complete = runs.filter(({ outcome }) => outcome === 'complete');
  const broken = runs.find(({ outcome }) => outcome !== 'complete');
  const delivers = complete.length > runs.length / 2;
  const counted = delivers && tool !== 'ours' ? complete : runs;
  const failures = `${runs.length - complete.length} of ${runs.length}`;
  return {
    tool,
    wallMs: median(counted.map(({ wallMs }) => wallMs)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
    counts: middleCounts(counted.map(({ counts }) => counts)),
    runs: runs.length,
    complete: complete.length,
    delivers,
    arrived: broken === undefined ? 'complete' : `${broken.outcome} (${failures})`,
  };
}

function middleCounts(all: readonly ProxyCounts[]): ProxyCounts {
  const middle = (count: (counts: ProxyCounts) => number): number => median(all.map(count));
  return {
    blob: middle(({ blob }) => blob),
    manifest: middle(({ manifest }) => manifest),
    referrers: middle(({ referrers }) => referrers),
    tags: middle(({ tags }) => tags),
    other: middle(({ other }) => other),
    bytes: middle(({ bytes }) => bytes),
    throttled: middle(({ throttled }) => throttled),
  };
}
