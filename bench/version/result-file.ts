import { writeReport } from '../report/index.js';
import { peerPackages } from './stage.js';

/** Writes the table of a whole run down, with what it is of. Returns where. */
export function writeResult(table: string, rounds: number): string {
  return writeReport(
    'version',
    'Which version is this commit?',
    [`Node ${process.versions.node}`, ...peerPackages],
    [
      `Medians of ${rounds} rounds, each tool as a process of its own, with Node’s start where it has one; memory is the most that one process of it had resident. Both repositories have 100,000 commits and 3,000 tags, are packed, and have no commit-graph. In the first one the last tag is a few commits old. In the second each of 200 services has a folder and 15 tags, and the one that is asked about had its last tag 98,000 commits ago.`,
      'git is `git describe` and then `git log` of what came after that tag, of the service’s folder where there are several: the floor, for it says nothing about versions. Limits: 1.5 × git + 0.3 s, the best of the peers, and twice the one service for all of them. Memory has none.',
      table,
    ],
  );
}
