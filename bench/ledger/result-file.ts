import { writeReport } from '../report/index.js';
import type { History } from './histories.js';
import type { ProofRun } from './verify.js';

export interface WholeRun {
  readonly table: string;
  readonly rounds: number;
  readonly history: History;
  readonly proof: ProofRun;
}

/** Writes the table of a whole run down, with what it is of. Returns where. */
export function writeResult({ table, rounds, history, proof }: WholeRun): string {
  return writeReport(
    'ledger',
    'Reading and appending, in short and long ledgers',
    [`Node ${process.versions.node}`, 'distribution 3'],
    [
      `Medians of ${rounds} rounds, each by a client that is new, through a proxy that holds every request for 20 ms. Requests are all that reached the registry; an append has one more, the acknowledgement in the Lease, which is held as long. Where tags move, “read” is the head and the event after it; where they do not, the head names the first event for ever, and the end is looked for: the limit is 2·log2(n) probes. A holder of the Lease knows where the end is in both.`,
      table,
      `Proof of all ${proof.events} events, twelve requests at once: ${(proof.wallMs / 1000).toFixed(1)} s, ${proof.requests} requests (${(proof.wallMs / 20).toFixed(0)} times the latency).`,
      `Size of an event: ${describeSizes(history)}.`,
    ],
  );
}

function describeSizes(history: History): string {
  const at = [1, 10, 100, 1000, history.length].filter((each) => each <= history.length);
  return at
    .map((each) => `${history[each - 1]?.bytes.length ?? 0} bytes of the event ${each}`)
    .join(', ');
}
