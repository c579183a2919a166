import { basename } from 'node:path';
import { invalidInput } from '@slipway/core/errors';
import type { Secret } from '@slipway/core/secret';
import {
  changeLevels,
  isRelease,
  majorZeroRules,
  parseLevelRule,
  parsePathPattern,
  parseTagPrefix,
  parseVersion,
  type Level,
  type LevelRule,
  type MajorZeroRule,
  type PathPattern,
  type Version,
} from '@slipway/core/version';
import type { RecordPlace } from '@slipway/flow/ledger';
import {
  readGitHubToken,
  readRegistryInputs,
  refuseInputs,
  type InputReader,
  type ServiceChoice,
} from '@slipway/flow/runtime';
import { planRecordPlaces } from '@slipway/flow/system';
import type { RegistryOptions } from '@slipway/io/registry';

/** One service to version; without a name it is the repository itself. */
export interface ServiceInputs {
  readonly name?: string;
  /** `{service}` in it stands for the service's name. */
  readonly tagPrefix: string;
  /** Empty: the whole repository. */
  readonly paths: readonly PathPattern[];
}

export interface Inputs {
  readonly services: readonly ServiceInputs[];
  /** Whether the repository is one service. */
  readonly isOnly: boolean;
  /** Whether somebody said how the tags begin. */
  readonly isPrefixGiven: boolean;
  /** Whether the matrix of the changed services was asked for. */
  readonly isAll: boolean;
  readonly initialVersion: Version;
  readonly levels: readonly LevelRule[];
  readonly bump?: Level;
  readonly majorZero: MajorZeroRule;
  readonly isStrict: boolean;
  readonly releaseBranches: readonly string[];
  /** Absent: the last version tag. */
  readonly base?: Base;
  /** Whether what a clone left out may be fetched. */
  readonly mayFetch: boolean;
  readonly isTagging: boolean;
  readonly isReleasing: boolean;
  readonly isDryRun: boolean;
  readonly token?: Secret;
  readonly timeoutMs: number;
}

/** What is compared with. */
export type Base =
  | { readonly kind: 'ref'; readonly ref: string }
  /** What is live in an environment. */
  | {
      readonly kind: 'deployed';
      readonly places: readonly RecordPlace[];
      readonly registry: RegistryOptions;
    };

const registryInputs = ['registry-auth', 'plain-http', 'ca-certificates'];
const bumps = changeLevels.filter((level) => level !== 'none');

export function readInputs(read: InputReader): Inputs {
  const isAll = read.boolean('all', false);
  const services = readServices(read, isAll);
  const bump = read.optional('bump', parseBump);
  const base = readBase(read, services);
  const isReleasing = read.boolean('create-release', false);
  const isTagging = read.boolean('create-tag', false) || isReleasing;
  const branches = read.list('release-branches', parseBranch);
  const inputs = {
    services,
    isOnly: (read.config()?.services.size ?? 0) < 2,
    isPrefixGiven: read.optional('tag-prefix', (text) => text) !== undefined,
    isAll,
    initialVersion: read.withDefault('initial-version', '0.1.0', parseInitialVersion),
    levels: read.list('levels', parseLevelRule),
    ...(bump === undefined ? {} : { bump }),
    majorZero: read.choice('major-zero', majorZeroRules, 'major'),
    isStrict: read.boolean('strict', false),
    releaseBranches: branches.length === 0 ? ['main', 'master'] : branches,
    ...(base === undefined ? {} : { base }),
    mayFetch: read.boolean('deepen', true),
    isTagging,
    isReleasing,
    isDryRun: read.boolean('dry-run', false),
    ...readGitHubToken(read),
    timeoutMs: read.duration('timeout', '10m'),
  };
  if (isAll && bump !== undefined) {
    const fix = 'Leave out one of the two: bump is for one service.';
    read.refuse({ subject: 'bump', given: bump, expected: 'no bump with all: true', fix });
  }
  return inputs;
}

const lastTag = 'last-tag';
const deployed = 'deployed';

function readBase(read: InputReader, services: readonly ServiceInputs[]): Base | undefined {
  const base = read.withDefault('base', lastTag, (text) => text);
  if (base !== deployed) {
    const expected = `nothing, for base is ${base}`;
    const fix = `Leave it out, or set base: ${deployed}.`;
    refuseInputs(read, ['environment', ...registryInputs], { expected, fix });
    return base === lastTag ? undefined : { kind: 'ref', ref: base };
  }
  const { name: environment } = read.environment();
  const registry = readRegistryInputs(read);
  const config = read.config();
  const places: RecordPlace[] = [];
  read.check(() => {
    const names = services.flatMap(({ name }) => name ?? []);
    if (config === undefined || names.length === 0) {
      const expected = 'a configuration file that describes the services and the environment';
      throw invalidInput([{ subject: 'base', given: base, expected }]);
    }
    const system = { name: read.configFile(), ...config };
    places.push(...planRecordPlaces(system, [environment], names));
  });
  return { kind: 'deployed', places, registry };
}

function readServices(read: InputReader, isAll: boolean): readonly ServiceInputs[] {
  const known = [...(read.config()?.services ?? [])];
  const prefix = known.length > 1 ? '{service}-v' : 'v';
  const tagPrefix = read.withDefault('tag-prefix', prefix, parseTagPrefix);
  const paths = read.list('paths', parsePathPattern);
  const given = read.optional('service', (name) => name);
  if (!isAll) {
    const choice = known.length === 0 ? read.tryService() : read.service();
    return [toService(read, choice, tagPrefix, paths)];
  }
  if (given !== undefined) refuseWithAll(read, 'service', given);
  if (paths.length > 0) refuseWithAll(read, 'paths', paths.join(', '));
  read.check(() => {
    if (known.length < 2 || tagPrefix.includes('{service}')) return;
    const expected = 'a prefix with {service}: services never share tags';
    throw invalidInput([
      { subject: 'tag-prefix', given: tagPrefix, expected, fix: 'Use {service}-v.' },
    ]);
  });
  if (known.length === 0) return [toService(read, undefined, tagPrefix, [])];
  return known.map(([name, settings]) => toService(read, { name, settings }, tagPrefix, []));
}

function toService(
  read: InputReader,
  choice: ServiceChoice | undefined,
  tagPrefix: string,
  given: readonly PathPattern[],
): ServiceInputs {
  const paths = given.length > 0 ? given : readPaths(read, choice);
  return { tagPrefix, paths, ...(choice === undefined ? {} : { name: choice.name }) };
}

/** The configuration's paths, refused like those of the input. */
function readPaths(read: InputReader, choice: ServiceChoice | undefined): readonly PathPattern[] {
  const paths: PathPattern[] = [];
  read.check(() => {
    const subject = `services.${choice?.name ?? ''}.paths`;
    for (const path of choice?.settings?.paths ?? []) paths.push(parsePathPattern(path, subject));
  });
  return paths;
}

function refuseWithAll(read: InputReader, subject: string, given: string): void {
  const expected = `no ${subject} with all: true`;
  const fix = 'Leave out one of the two: all versions every service of the configuration.';
  read.refuse({ subject, given, expected, fix });
}

function parseBranch(text: string, subject: string): string {
  if (!/[\s~^:?*[\\]|\.\.|^[-/]|\/$/.test(text)) return text;
  throw invalidInput([
    { subject, given: text, expected: 'the whole name of a branch, such as main; no pattern' },
  ]);
}

function parseBump(text: string, subject: string): Level {
  const bump = bumps.find((level) => level === text);
  if (bump !== undefined) return bump;
  throw invalidInput([{ subject, given: text, expected: `one of ${bumps.join(', ')}` }]);
}

function parseInitialVersion(text: string, subject: string): Version {
  const version = parseVersion(text, subject);
  if (isRelease(version)) return version;
  throw invalidInput([{ subject, given: text, expected: 'a release, without a prerelease part' }]);
}

/**
 * What the repository itself is called: on GitHub by its name there, else by its folder.
 *
 * @example nameRepository('shop/orders', '/home/ada/x') // 'orders'
 */
export function nameRepository(repository: string | undefined, folder: string): string {
  return basename(repository ?? folder);
}
