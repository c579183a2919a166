import type { SystemConfig } from '@slipway/core/config';
import { parseDuration } from '@slipway/core/duration';
import { invalidInput } from '@slipway/core/errors';
import {
  parsePinnedReference,
  parseReference,
  type PinnedReference,
} from '@slipway/core/image-ref';
import { readDeploymentPlace, type DeploymentPlace } from '@slipway/flow/deployment';
import type { NeighbourChoice, SuiteImage } from '@slipway/flow/gate';
import { parseName, type InputReader, type ServiceChoice } from '@slipway/flow/runtime';

/** What tests the candidate: a Job's manifest, or an image and perhaps lines for its shell. */
export type Suite =
  | { readonly kind: 'manifest'; readonly file: string }
  | { readonly kind: 'image'; readonly image: string; readonly lines?: string };

export interface Inputs {
  readonly mode: 'run' | 'verify';
  readonly place: DeploymentPlace;
  readonly system: SystemConfig;
  readonly candidate: PinnedReference;
  readonly neighbours: NeighbourChoice;
  /** Present in mode `run`. */
  readonly suite?: Suite;
  readonly suiteImages: readonly SuiteImage[];
  readonly neighbourDrift: 'report' | 'refuse';
  readonly maxAgeMs?: number;
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
}

const asText = (text: string): string => text;

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const mode = read.choice('mode', ['run', 'verify'], 'run');
  const system = read.system();
  const suite = readSuite(read, service, mode);
  const names = read.list('neighbours', parseName);
  const maxAgeMs = read.optional('max-age', parseDuration);
  const inputs = {
    mode,
    place: readDeploymentPlace(read, service, environment),
    system,
    candidate: read.required('candidate', parsePinnedReference),
    neighbours: names.length === 0 || isRelated(names) ? 'related' : names,
    ...(suite === undefined ? {} : { suite }),
    suiteImages: read.list('suite-images', parseSuiteImage),
    neighbourDrift: read.choice('neighbour-drift', ['report', 'refuse'], 'report'),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    timeoutMs: read.duration('timeout', '15m'),
    isDryRun: read.boolean('dry-run', false),
  } satisfies Inputs;
  read.check(() => refuseUnknown(inputs));
  return inputs;
}

function isRelated(names: readonly string[]): boolean {
  return names.length === 1 && names[0] === 'related';
}

/** An input wins over the configuration as a whole; exactly one of the two kinds must remain to be run. */
function readSuite(
  read: InputReader,
  { settings }: ServiceChoice,
  mode: Inputs['mode'],
): Suite | undefined {
  const given = read.optional('suite', asText);
  const image = read.optional('suite-image', parseImage);
  const lines = read.optional('run', asText);
  const file = given ?? (image === undefined ? settings?.integration.suite : undefined);
  const isOne = (file === undefined) !== (image === undefined);
  if (!isOne && (mode === 'run' || file !== undefined)) {
    read.refuse({
      subject: 'suite',
      ...(given === undefined ? {} : { given }),
      expected: 'either suite or suite-image',
      fix: 'Set exactly one of the two, or integration.suite of the service in the configuration.',
    });
  }
  if (lines !== undefined && image === undefined) {
    read.refuse({
      subject: 'run',
      given: lines,
      expected: 'nothing, where there is no suite-image to run it in',
      fix: 'Set suite-image, or put the lines into the manifest of the suite.',
    });
  }
  if (file !== undefined) return { kind: 'manifest', file };
  if (image === undefined) return undefined;
  return { kind: 'image', image, ...(lines === undefined ? {} : { lines }) };
}

function parseImage(text: string, subject: string): string {
  parseReference(text, subject);
  return text;
}

/** @example parseSuiteImage('suite=registry.example.com/shop/integration@sha256:…', 'suite-images') */
function parseSuiteImage(text: string, subject: string): SuiteImage {
  const [, name, reference = text] = /^(?<name>[^=@]+)=(?<reference>.*)$/.exec(text) ?? [];
  const image = parseReference(reference, subject);
  return name === undefined ? { image } : { name, image };
}

function refuseUnknown({ neighbours, system, place }: Inputs): void {
  if (neighbours === 'related') return;
  const known = [...system.services.keys()].filter((name) => name !== place.service);
  const unknown = neighbours.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = known.length === 0 ? 'which has none' : known.join(', ');
  throw invalidInput(
    unknown.map((given) => ({
      subject: 'neighbours',
      given,
      expected: `another service of ${system.name}: ${names}; or related, alone`,
    })),
  );
}
