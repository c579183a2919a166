import type { Digest } from '@slipway/core/image-ref';
import {
  findAttempt,
  knownGoodSince,
  liveAttempt,
  type Attempt,
  type AttemptOutcome,
  type Hold,
  type LedgerState,
} from '@slipway/core/release';
import { compareVersions, tryParseVersion } from '@slipway/core/version';
import type { ServiceRecord } from './read-records.js';

/** What of a service is in an environment; absent fields: nothing is live. */
export interface PlaceStatus {
  readonly version?: string;
  readonly bundle?: Digest;
  readonly image?: string;
  /** What became of the deployment that is live. */
  readonly state?: AttemptOutcome;
  /** Since when it is live, RFC 3339. */
  readonly since?: string;
  /** A deployment that has begun and not ended. */
  readonly inProgress?: {
    readonly version: string;
    readonly bundle: Digest;
    readonly since: string;
  };
  /** The last deployment, where it ended without becoming live: the cluster may hold parts of it. */
  readonly unsuccessful?: {
    readonly version: string;
    readonly bundle: Digest;
    readonly state: AttemptOutcome;
    readonly code?: string;
  };
  readonly quarantined: readonly QuarantinedVersion[];
  /** A person stopped its deployments. */
  readonly hold?: Hold;
}

interface QuarantinedVersion {
  readonly version: string;
  readonly bundle: Digest;
  readonly reason: string;
  readonly at: string;
}

/** `null`: nothing was ever deployed there, and nobody holds it. */
export type StatusCell =
  PlaceStatus | null | { readonly failure: { readonly code: string; readonly message: string } };

/** A production environment has less than one where the service is tested. */
export interface Lag {
  readonly service: string;
  readonly environment: string;
  /** `null`: nothing is live there. */
  readonly version: string | null;
  /** Where the newer version is. */
  readonly behind: string;
  readonly newer: string;
}

/** What is where: the output `json` of release-status. */
export interface SystemStatus {
  readonly system: string;
  /** When it was read, RFC 3339. */
  readonly at: string;
  /** Service → environment → what is there. */
  readonly services: Readonly<Record<string, Readonly<Record<string, StatusCell>>>>;
  readonly behind: readonly Lag[];
}

/**
 * What the records of a system come to.
 *
 * @param records in the order in which services and environments shall be shown
 * @example computeSystemStatus('shop', records, now).services['orders']?.['test'] // { version: '1.4.0', … }
 */
export function computeSystemStatus(
  system: string,
  records: readonly ServiceRecord[],
  now: Date,
): SystemStatus {
  const byService = Map.groupBy(records, ({ place }) => place.service);
  const services = [...byService].map(([service, own]): [string, Record<string, StatusCell>] => [
    service,
    Object.fromEntries(own.map((record) => [record.place.environment, computeCell(record)])),
  ]);
  return {
    system,
    at: now.toISOString(),
    services: Object.fromEntries(services),
    behind: [...byService.values()].flatMap(listLags),
  };
}

function computeCell(record: ServiceRecord): StatusCell {
  if ('failure' in record) {
    const { code, message } = record.failure;
    return { failure: { code, message } };
  }
  const { state } = record;
  const isUntouched = state.attempts.length === 0 && state.hold === undefined;
  return isUntouched ? null : computePlaceStatus(state);
}

/** What a ledger's state says about now. */
export function computePlaceStatus(state: LedgerState): PlaceStatus {
  const live = liveAttempt(state);
  return {
    ...(live === undefined ? {} : describeLive(state, live)),
    ...describeLast(state, live),
    quarantined: state.quarantined.map(({ version, bundle, reason, at }) => ({
      version,
      bundle,
      reason,
      at,
    })),
    ...(state.hold === undefined ? {} : { hold: state.hold }),
  };
}

function describeLive(state: LedgerState, live: Attempt): Omit<PlaceStatus, 'quarantined'> {
  const { version, bundle, image, liveSince } = live;
  const isGood = live.outcome === 'verified' && knownGoodSince(state, bundle) !== undefined;
  const outcome = isGood ? 'known-good' : live.outcome;
  const since = liveSince === undefined ? {} : { since: liveSince };
  return { version, bundle, image, state: outcome, ...since };
}

function describeLast(
  state: LedgerState,
  live: Attempt | undefined,
): Pick<PlaceStatus, 'inProgress' | 'unsuccessful'> {
  const running = findAttempt(state, state.inProgress);
  if (running !== undefined) {
    const { version, bundle, startedAt } = running;
    return { inProgress: { version, bundle, since: startedAt } };
  }
  const [last] = state.attempts;
  if (last === undefined || last === live) return {};
  const { version, bundle, outcome, code } = last;
  const why = code === undefined ? {} : { code };
  return { unsuccessful: { version, bundle, state: outcome, ...why } };
}

/** Only what was verified elsewhere is worth waiting for. */
function listLags(records: readonly ServiceRecord[]): readonly Lag[] {
  const known = records.flatMap((record) =>
    'state' in record ? [{ place: record.place, live: liveAttempt(record.state) }] : [],
  );
  const production = known.filter(({ place }) => place.isProduction);
  const tested = known.filter(({ place }) => !place.isProduction);
  return production.flatMap(({ place, live }) =>
    tested.flatMap((other): Lag[] => {
      const newer = other.live;
      if (newer?.outcome !== 'verified' && newer?.outcome !== 'known-good') return [];
      if (live !== undefined && !isNewer(newer.version, live.version)) return [];
      const { service, environment } = place;
      const version = live?.version ?? null;
      return [
        { service, environment, version, behind: other.place.environment, newer: newer.version },
      ];
    }),
  );
}

/** Versions that are none cannot be compared: nobody lags behind them. */
function isNewer(version: string, than: string): boolean {
  const [a, b] = [tryParseVersion(version), tryParseVersion(than)];
  return a !== undefined && b !== undefined && compareVersions(a, b) > 0;
}
