import { SlipwayError } from '@slipway/core/errors';
import type { Secret } from '@slipway/core/secret';
import type { Tag } from '@slipway/core/version';
import { readRefs, type Refs } from './refs.js';
import { formatWebUrl, nameRemotePath } from './remote-url.js';
import { runGit } from './run-git.js';

/** What is fetched that a clone left out. */
interface Fetching {
  /** How many commits more a shallow clone gets, or all that there are; absent for a clone that is not shallow. */
  readonly depth?: number | 'all';
  readonly branches: readonly string[];
  /** What is checked out. */
  readonly head?: string;
  /** Where the history of `head` is cut off: asked for where the remote does not have `head`. */
  readonly boundary?: readonly string[];
}

/** What became of a tag that was to be made. */
export interface PushedTag extends Tag {
  readonly state: 'created' | 'unchanged' | 'refused';
  /** Git's own words. */
  readonly words: string;
}

/** A token for the remotes on one server; others are asked as git itself has access to them. */
export interface RemoteAccess {
  /** `https://github.com` */
  readonly origin: string;
  readonly token: Secret;
}

export interface OpenGitOptions {
  readonly signal: AbortSignal;
  readonly access?: RemoteAccess;
}

/** Where a clone was fetched from. */
export interface GitRemote {
  readonly name: string;
  /** Where it can be read: `https://github.com/shop/orders`. */
  readonly webUrl?: string;
  /** Whether a plain `git fetch` brings the tags of all its branches. */
  readonly bringsAllTags: boolean;
  /**
   * What its refs name, in one request, without fetching anything.
   *
   * @throws SlipwayError `history-incomplete`
   */
  listRefs(patterns: readonly string[], why: string): Promise<Refs>;
  /** @throws SlipwayError `history-incomplete` */
  fetch(what: Fetching, why: string): Promise<void>;
  /** Whether an address is that of the same repository, on whatever host name and by whatever protocol. */
  isAt(url: string): boolean;
  /** Makes tags there: each only where there is none of its name, all of them or none, and nothing else. */
  createTags(tags: readonly Tag[]): Promise<readonly PushedTag[]>;
}

const fetchOptions = [
  ...['--quiet', '--no-tags', '--no-prune', '--no-recurse-submodules', '--no-auto-gc'],
];
/**
 * Whatever a user has set, nothing else goes along; it goes to the URL that `listRefs` asks,
 * since a name may push elsewhere.
 */
const pushSettings = ['-c', 'push.pushOption='];
const pushOptions = [
  ...['--porcelain', '--atomic', '--no-verify', '--no-follow-tags', '--no-signed'],
  '--recurse-submodules=no',
];

/** The remote of a clone. */
export function openRemote(
  root: string,
  {
    name,
    url,
    bringsAllTags,
  }: Pick<GitRemote, 'name' | 'bringsAllTags'> & { readonly url: string },
  { signal, access }: OpenGitOptions,
): GitRemote {
  const header = formatHeader(url, access);
  const webUrl = formatWebUrl(url);
  const ask = async (args: readonly string[], why: string): Promise<string> => {
    try {
      const { options, variables } = header;
      return (await runGit(root, [...options, ...args], { signal, variables })).stdout;
    } catch (error) {
      signal.throwIfAborted();
      throw refuseIncomplete(`${why}, and they cannot be fetched from ${name}`, name, error);
    }
  };
  return {
    ...{ name, bringsAllTags },
    ...(webUrl === undefined ? {} : { webUrl }),
    listRefs: async (patterns, why) =>
      readRefs(await ask(['ls-remote', '--quiet', name, ...patterns], why)),
    fetch: async ({ depth, branches, head, boundary = [] }, why) => {
      const how =
        depth === undefined ? [] : [depth === 'all' ? '--unshallow' : `--deepen=${depth}`];
      const refs = branches.map((branch) => `+refs/heads/${branch}:refs/remotes/${name}/${branch}`);
      const bring = (hashes: readonly string[]): Promise<string> =>
        ask(['fetch', ...fetchOptions, ...how, name, ...hashes, ...refs], why);
      try {
        await bring(head === undefined ? [] : [head]);
      } catch (error) {
        signal.throwIfAborted();
        if (head === undefined || boundary.length === 0) throw error;
        await bring(boundary);
      }
    },
    isAt: (other) => nameRemotePath(other) === nameRemotePath(url),
    createTags: async (tags) => {
      const leases = tags.map((tag) => `--force-with-lease=refs/tags/${tag.name}:`);
      const refs = tags.map((tag) => `${tag.hash}:refs/tags/${tag.name}`);
      const args = ['push', ...pushOptions, ...leases, '--', url, ...refs];
      const pushed = await runGit(root, [...header.options, ...pushSettings, ...args], {
        signal,
        acceptExitCodes: [1, 128],
        variables: header.variables,
      });
      return tags.map((tag) => ({ ...tag, ...readPushed(pushed, tag.name) }));
    },
  };
}

/**
 * @param remote where the clone is from; it is named in the command
 * @param command what brings what is missing
 */
export function refuseIncomplete(
  message: string,
  remote: string,
  cause?: unknown,
  command = `git fetch --unshallow --tags ${remote}`,
): SlipwayError {
  return new SlipwayError('history-incomplete', message, {
    ...(cause === undefined ? {} : { cause }),
    fix: `Give actions/checkout fetch-depth: 0, so that it brings all commits and tags; elsewhere run: ${command}`,
  });
}

const headerVariable = 'SLIPWAY_GIT_HEADER';

/** A token goes only to the server that the remote is on, and in place of what the checkout left there. */
function formatHeader(
  url: string,
  access: RemoteAccess | undefined,
): { readonly options: readonly string[]; readonly variables: Readonly<Record<string, string>> } {
  const origin = URL.parse(url)?.origin;
  if (access === undefined || origin !== access.origin) return { options: [], variables: {} };
  const key = `http.${origin}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${access.token.reveal()}`).toString('base64');
  return {
    options: ['-c', `${key}=`, `--config-env=${key}=${headerVariable}`],
    variables: { [headerVariable]: `AUTHORIZATION: basic ${basic}` },
  };
}

/** As `git push --porcelain` writes it: `*\t1a2b…:refs/tags/v1.0.0\t[new tag]`; nothing where it did not get so far. */
function readPushed(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  name: string,
): Pick<PushedTag, 'state' | 'words'> {
  const fields = stdout.split('\n').map((line) => line.split('\t'));
  const [flag = '', , words = stderr.trim()] =
    fields.find(([, ref]) => ref?.endsWith(`:refs/tags/${name}`)) ?? [];
  if (flag === '*') return { state: 'created', words };
  if (flag === '=') return { state: 'unchanged', words };
  return { state: 'refused', words };
}
