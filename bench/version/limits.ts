import { computeRatio, roundTo, type JudgedCase } from '../report/index.js';
import { peerNames, type Question, type ToolName, type VersionResult } from './cases.js';

/** Git alone, half as much again, and a third of a second to start in. */
const floorFactor = 1.5;
const startMs = 300;
/** All services against the one with the oldest tag. */
const allFactor = 2;

/**
 * Everything that is judged: our time against git's and against the best of the peers, and all services against
 * one. Memory is told and has no limit.
 */
export function judgeResults(results: readonly VersionResult[]): readonly JudgedCase[] {
  const find = (question: Question, tool: ToolName): VersionResult | undefined =>
    results.find((each) => each.question === question && each.tool === tool);
  const cases = (['one', 'oldest'] as const).flatMap((question) => {
    const [ours, git] = [find(question, 'ours'), find(question, 'git')];
    if (ours === undefined || git === undefined) return [];
    const peers = peerNames.flatMap((name) => find(question, name) ?? []);
    const limit = floorFactor * git.wallMs + startMs;
    return [
      judge(`${question}, time beside git`, ours.wallMs, limit, { git: git.wallMs }),
      ...judgePeers(question, ours, peers),
    ];
  });
  const [all, oldest] = [find('all', 'ours'), find('oldest', 'ours')];
  if (all === undefined || oldest === undefined) return cases;
  const limit = oldest.wallMs * allFactor;
  return [...cases, judge('all, time beside one', all.wallMs, limit, {})];
}

function judgePeers(
  question: Question,
  ours: VersionResult,
  peers: readonly VersionResult[],
): readonly JudgedCase[] {
  if (peers.length === 0) return [];
  const theirs = Object.fromEntries(peers.map(({ tool, wallMs }) => [tool, wallMs]));
  return [judge(`${question}, time`, ours.wallMs, Math.min(...Object.values(theirs)), theirs)];
}

function judge(
  name: string,
  ours: number,
  limit: number,
  peers: Readonly<Record<string, number>>,
): JudgedCase {
  const rounded = Object.entries(peers).map(([peer, value]) => [peer, roundTo(value)] as const);
  return {
    name,
    ours: roundTo(ours),
    peers: Object.fromEntries(rounded),
    limit: roundTo(limit, 100),
    ratio: computeRatio(ours, limit),
  };
}
