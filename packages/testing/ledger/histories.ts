import { digestOf } from '@slipway/core/image-ref';
import type { AttemptEventContent, AttemptEventKind } from '@slipway/core/release';
import type { Ledger, LedgerHead, LedgerWriter } from '@slipway/flow/ledger';

/** What becomes of these of forty deployments in a row, and then again; all others prove good. */
const outcomes: ReadonlyMap<number, 'rolled-back' | 'failed'> = new Map([
  [17, 'rolled-back'],
  [33, 'failed'],
]);
const turn = 40;

/** What an event says of the deployment number `index`: every one has a version of its own. */
export function contentOf(
  kind: AttemptEventKind,
  deployment: string,
  index: number,
): AttemptEventContent {
  const number = index.toString(16).padStart(8, '0');
  const image = `registry.example.com/shop/catalog@${digestOf(`a${number}`.padEnd(64, '0'))}`;
  const about = { deployment, bundle: digestOf(`b${number}`.padEnd(64, '0')), image };
  const reason = kind === 'quarantined' ? { reason: 'crash-loop: it ends with exit code 3' } : {};
  return { kind, intent: 'deploy', version: `1.${index}.0`, ...about, ...reason };
}

/** Appends events of deployments as a service has them until there are as many as told. Returns the head. */
export async function playHistory(
  ledger: Ledger,
  writer: LedgerWriter,
  events: number,
): Promise<LedgerHead> {
  let head = await ledger.read(writer);
  for (let index = head.sequence; head.sequence < events; index += 1) {
    const contents = listContents(index, (after) =>
      ledger.nextTag({ ...head, sequence: head.sequence + after }),
    );
    for (const content of contents.slice(0, events - head.sequence)) {
      head = await ledger.append(head, content, writer);
    }
  }
  return head;
}

/** @param tagOf the tag of the event that comes after so many others */
function listContents(
  index: number,
  tagOf: (after: number) => string,
): readonly AttemptEventContent[] {
  const own = tagOf(0);
  const about = (...kinds: readonly AttemptEventKind[]): readonly AttemptEventContent[] =>
    kinds.map((kind) => contentOf(kind, own, index));
  const outcome = outcomes.get(index % turn);
  if (outcome === undefined) return about('started', 'available', 'verified', 'known-good');
  if (outcome === 'failed') return about('started', 'failed', 'quarantined');
  const back = tagOf(3);
  const kinds = ['started', 'available', 'verified'] as const;
  return [
    ...about('started', 'available', 'failed'),
    ...kinds.map((kind) => ({ ...contentOf(kind, back, index - 1), intent: 'rollback' as const })),
    ...about('rolled-back', 'quarantined'),
  ];
}
