import { computeRatio, roundTo, type JudgedCase } from '../report/index.js';
import { summarise, type CaseRuns, type ToolSummary } from './summary.js';

/** What the start of Node may cost where nothing else takes time. */
const startMs = 300;
/** Over the requests of the fastest peer that delivered: for each manifest a read-back and a listing of what refers to it. */
const extraPerManifest = 2;
/** What these may weigh. */
const extraBytes = 65_536;
const memoryBytes = 150_000_000;

/**
 * Everything that is judged in a case. Where no peer delivered, there is nothing to be compared with, and only
 * delivery and memory are judged; the large image is about memory alone.
 */
export function judgeCase(caseRuns: CaseRuns): readonly JudgedCase[] {
  const { copyCase, latencyMs, manifests } = caseRuns;
  const summaries = summarise(caseRuns);
  const ours = summaries.find(({ tool }) => tool === 'ours');
  if (ours === undefined) return [];
  const peers = summaries.filter(({ tool, delivers }) => tool !== 'ours' && delivers);
  const judge = (
    what: string,
    own: number,
    valueOf: (peer: ToolSummary) => number,
    limitOf: (value: number) => number,
    from: 'least' | 'fastest' = 'least',
  ): readonly JudgedCase[] => {
    if (peers.length === 0 || copyCase.key === 'memory') return [];
    const values = peers.map((peer): [string, number] => [peer.tool, roundTo(valueOf(peer))]);
    const least = Math.min(...values.map(([, value]) => value));
    const [fastest] = peers.toSorted((a, b) => a.wallMs - b.wallMs);
    const limit = limitOf(from === 'fastest' && fastest ? valueOf(fastest) : least);
    return [judged(what, own, Object.fromEntries(values), limit)];
  };
  const judged = (
    what: string,
    own: number,
    values: Readonly<Record<string, number>>,
    limit: number,
  ): JudgedCase => ({
    name: `${copyCase.key}, ${latencyMs} ms, ${what}`,
    ours: roundTo(own),
    peers: values,
    limit: roundTo(limit),
    ratio: computeRatio(own, limit),
  });
  const { counts } = ours;
  const failed = peers.map(({ tool, runs, complete }): [string, number] => [tool, runs - complete]);
  const memory = peers.map(({ tool, peakBytes }): [string, number] => [tool, peakBytes]);
  return [
    judged('runs that did not deliver', ours.runs - ours.complete, Object.fromEntries(failed), 0),
    ...judge(
      'time',
      ours.wallMs,
      ({ wallMs }) => wallMs,
      (least) => (latencyMs === 0 ? least + startMs : least),
    ),
    ...judge(
      'blob requests',
      counts.blob,
      (peer) => peer.counts.blob,
      (least) => least,
    ),
    ...judge(
      'manifest requests',
      countManifestRequests(ours),
      countManifestRequests,
      (peer) => peer + extraPerManifest * manifests,
      'fastest',
    ),
    ...judge(
      'bytes',
      counts.bytes,
      (peer) => peer.counts.bytes,
      (least) => least + extraBytes,
    ),
    judged('memory', ours.peakBytes, Object.fromEntries(memory), memoryBytes),
  ];
}

/** Requests for manifests and for what refers to them; a list of tags is neither. */
function countManifestRequests({ counts }: ToolSummary): number {
  return counts.manifest + counts.referrers;
}
