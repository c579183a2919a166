import type { CopyCase } from './cases.js';
import { median } from './median.js';
import type { ProxyCounts } from './proxies.js';
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

/** The medians of a tool in a case, and its highest peak of memory. */
export interface ToolSummary extends Omit<CopyRun, 'outcome'> {
  readonly runs: number;
  readonly complete: number;
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
  const middle = (count: (counts: ProxyCounts) => number): number =>
    median(runs.map(({ counts }) => count(counts)));
  const other = runs.filter(({ outcome }) => outcome !== 'complete');
  const [first] = other;
  return {
    tool,
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
    counts: {
      blob: middle(({ blob }) => blob),
      manifest: middle(({ manifest }) => manifest),
      referrers: middle(({ referrers }) => referrers),
      tags: middle(({ tags }) => tags),
      other: middle((counts) => counts.other),
      bytes: middle(({ bytes }) => bytes),
      throttled: middle(({ throttled }) => throttled),
    },
    runs: runs.length,
    complete: runs.length - other.length,
    arrived:
      first === undefined ? 'complete' : `${first.outcome} (${other.length} of ${runs.length})`,
  };
}
