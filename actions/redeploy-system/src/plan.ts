import type { SystemConfig } from '@slipway/core/config';
import type { RecordPlace } from '@slipway/flow/ledger';
import {
  planRecordPlaces,
  type ChosenService,
  type PlannedService,
  type RedeployOptions,
  type RedeployPlan,
  type RedeployRequest,
  type RedeployStatus,
  type ServiceResult,
} from '@slipway/flow/system';

/** What shall go where. */
export interface Selection {
  readonly system: SystemConfig;
  readonly from: string;
  readonly to: string;
  /** Names of services of the system; none: all. */
  readonly only: readonly string[];
}

/** What is asked of the ledgers. Which bundles it will be they decide. */
export function planRequest(
  inputs: Selection & { readonly target: RedeployOptions['target'] },
): RedeployRequest {
  const { system, from, to, target } = inputs;
  return { system, from, to, services: listServices(inputs), namespace: target.namespace };
}

/**
 * Where the records of the target are.
 *
 * @throws SlipwayError `invalid-input` with every ledger, of the source too, that cannot be named
 */
export function planPlaces(inputs: Selection): readonly RecordPlace[] {
  const { system, from, to } = inputs;
  const places = planRecordPlaces(system, [from, to], listServices(inputs));
  return places.filter(({ environment }) => environment === to);
}

function listServices({ system, only }: Selection): readonly string[] {
  return [...system.services.keys()].filter((name) => only.length === 0 || only.includes(name));
}

/** The snapshot: which bundles are the whole, in a shape that outlives the ledgers' reach. */
export function planSnapshot(
  { system, from }: Selection,
  chosen: readonly ChosenService[],
  at: Date,
): string {
  const services = chosen.map(({ name, bundle, image }) => [
    name,
    { version: bundle.config.version, bundle: bundle.digest, image },
  ]);
  const snapshot = {
    system: system.name,
    environment: from,
    at: at.toISOString(),
    services: Object.fromEntries(services) as Record<string, unknown>,
  };
  return `${JSON.stringify(snapshot, undefined, 2)}\n`;
}

/** A plan in the words of a result: nothing was begun. */
export function planResults({ waves }: RedeployPlan): readonly ServiceResult[] {
  return waves.flatMap((wave, index) =>
    wave.map((service) => ({ service, wave: index + 1, status: planStatus(service) })),
  );
}

function planStatus({ isThere }: PlannedService): RedeployStatus {
  return isThere ? 'unchanged' : 'planned';
}
