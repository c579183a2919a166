import { SlipwayError } from '@slipway/core/errors';
import {
  formatRepository,
  tryParseDigest,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';

/** Where an event stands and what it is: what the Lease keeps of the last one that a holder saw in the registry. */
export interface LedgerPosition {
  readonly sequence: number;
  readonly digest: Digest;
}

interface LedgerName {
  readonly repository: Repository;
  readonly environment: string;
}

/** @example formatPosition(ledger, { sequence: 7, digest }) // 'registry.example.com/shop/catalog-ledger:test.7@sha256:…' */
export function formatPosition(ledger: LedgerName, { sequence, digest }: LedgerPosition): string {
  return `${prefixOf(ledger)}${sequence}@${digest}`;
}

/**
 * Reads a position. One in another ledger, whose environment shares our namespace, says nothing about this one.
 *
 * @throws SlipwayError `ledger-broken` when it is of this ledger and not to be read
 */
export function parsePosition(
  ledger: LedgerName,
  text: string | undefined,
): LedgerPosition | undefined {
  const prefix = prefixOf(ledger);
  if (text?.startsWith(prefix) !== true) return undefined;
  const [sequence = '', named = ''] = text.slice(prefix.length).split('@');
  const digest = tryParseDigest(named);
  if (/^[1-9]\d*$/.test(sequence) && digest !== undefined) {
    return { sequence: Number(sequence), digest };
  }
  throw new SlipwayError('ledger-broken', `the Lease acknowledges ${text}, which is no event`, {
    fix: 'Somebody changed the annotation slipway.dev/ledger of the Lease: put back what slipway verify finds, or remove it.',
  });
}

function prefixOf({ repository, environment }: LedgerName): string {
  return `${formatRepository(repository)}:${environment}.`;
}
