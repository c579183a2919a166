import { SlipwayError } from '@slipway/core/errors';
import { formatRepository, type Repository } from '@slipway/core/image-ref';
import type { ChainBreak } from '@slipway/core/release';

interface Refused {
  readonly repository: Repository;
}

/** Something stands in the ledger that is no event of it. */
export function refuseBreak({ repository }: Refused, { tag, sentence }: ChainBreak): SlipwayError {
  return new SlipwayError(
    'ledger-broken',
    `${formatRepository(repository)}:${tag} is not what it should be: ${sentence}`,
    { fix: 'Run slipway verify; somebody else may have written into the ledger’s repository.' },
  );
}

/** Somebody else wrote into the ledger while the Lease was ours. */
export function refuseConflict({ repository }: Refused, tag: string, reason: string): SlipwayError {
  return new SlipwayError(
    'ledger-conflict',
    `somebody else wrote the event ${formatRepository(repository)}:${tag}: ${reason}`,
    {
      fix: 'Run slipway verify; check that all deployments of this service use one cluster, one namespace and one ledger.',
    },
  );
}
