import { invalidInput } from '../errors/index.js';
import { parseDigest, type Digest } from './digest.js';
import { parseTag, type Tag } from './tag.js';

/** A repository in a registry: `registry.example.com:5000` and `team/orders`. */
export interface Repository {
  /** Host, with the port where one was given; `docker.io` is written out. */
  readonly registry: string;
  readonly path: string;
}

/** A repository with a tag, a digest, both or neither. */
export interface ImageReference {
  readonly repository: Repository;
  readonly tag?: Tag;
  readonly digest?: Digest;
}

/** A reference that can only ever mean one image. */
export interface PinnedReference {
  readonly repository: Repository;
  readonly digest: Digest;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?$`);
const identifierPattern = /^[a-f0-9]{64}$/;
const maxPathLength = 255;
const dockerHub = 'docker.io';

/**
 * @example parseRepository('localhost:5000/team/orders') // { registry: 'localhost:5000', path: 'team/orders' }
 * @throws SlipwayError `invalid-input`; also when a tag or digest is given
 */
export function parseRepository(text: string, subject = 'image'): Repository {
  const reference = parseReference(text, subject);
  if (reference.tag !== undefined || reference.digest !== undefined) {
    throw invalidInput([
      {
        subject,
        given: text,
        expected: 'a repository without a tag or digest',
        fix: `Write ${formatRepository(reference.repository)}.`,
      },
    ]);
  }
  return reference.repository;
}

/**
 * Reads a reference as distribution/reference does (`ParseNormalizedNamed`): the first of several parts is a
 * registry when it holds a dot, a port or an upper-case letter or is `localhost`, else the registry is Docker
 * Hub. At most 255 characters of path; the host does not count. Upper and lower case of a host are kept.
 *
 * One difference: where the first part of several is no host although it looks like one (`a_b.example/c`),
 * distribution reads a repository in no registry at all; nobody can be asked for that, and it is refused.
 *
 * @example parseReference('localhost:5000/app:v2') // registry localhost:5000, path app, tag v2
 * @example parseReference('postgres@sha256:…') // registry docker.io, path library/postgres
 * @throws SlipwayError `invalid-input`
 */
export function parseReference(text: string, subject = 'image'): ImageReference {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? undefined : parseDigest(text.slice(at + 1), subject);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const hasTag = colon !== -1;
  const name = hasTag ? named.slice(0, colon) : named;
  const tag = hasTag ? parseTag(named.slice(colon + 1), subject) : undefined;
  const repository = splitName(name);
  const expected = describeExpected(text, repository);
  if (expected !== undefined) throw invalidInput([{ subject, given: text, expected }]);
  return {
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** What a reference should have been; undefined when it is one. */
function describeExpected(text: string, { registry, path }: Repository): string | undefined {
  if (identifierPattern.test(text)) {
    return 'an image reference; 64 hex digits alone are what a digest without sha256: looks like';
  }
  if (!hostPattern.test(registry) || !pathPattern.test(path)) {
    return 'an image reference such as registry.example.com/team/orders:1.4.0 (lower case)';
  }
  return path.length > maxPathLength
    ? `an image reference whose path has at most ${maxPathLength} characters`
    : undefined;
}

/**
 * @example parsePinnedReference('registry.example.com/team/orders@sha256:…')
 * @throws SlipwayError `invalid-input` when the digest is missing
 */
export function parsePinnedReference(text: string, subject = 'image'): PinnedReference {
  const { repository, digest } = parseReference(text, subject);
  if (digest === undefined) {
    throw invalidInput([
      {
        subject,
        given: text,
        expected: 'a reference with a digest: repository@sha256:…',
        fix: 'Use the output `reference` of registry-push.',
      },
    ]);
  }
  return { repository, digest };
}

/** `localhost:5000/team/orders` */
export function formatRepository(repository: Repository): string {
  return `${repository.registry}/${repository.path}`;
}

/** `localhost:5000/team/orders:1.4.0@sha256:…`, with what there is of tag and digest. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${formatRepository(reference.repository)}${tag}${digest}`;
}

function splitName(name: string): Repository {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  if (!isRegistry(first)) {
    return { registry: dockerHub, path: slash === -1 ? `library/${name}` : name };
  }
  const registry = first === 'index.docker.io' ? dockerHub : first;
  const path = name.slice(slash + 1);
  const isShort = registry === dockerHub && !path.includes('/');
  return { registry, path: isShort ? `library/${path}` : path };
}

function isRegistry(part: string): boolean {
  return part === 'localhost' || /[.:]/.test(part) || part !== part.toLowerCase();
}
