import { SlipwayError } from '@slipway/core/errors';
import { CommandError, runCommand } from '../command/index.js';
import { fetchTool, type FetchOptions } from './fetch-tool.js';
import { pinnedTools, type PinnedTool, type Platform, type ToolName } from './pinned-tools.js';
import { isOlder, tryReadVersion } from './tool-version.js';

/** Finds the programs of others. */
export interface Tools {
  /**
   * The program on the PATH, whose version is checked, else the one that is pinned. It is looked for once.
   *
   * @returns how to start it: its name, or its path
   * @throws SlipwayError `tool-missing` when it is too old or cannot be fetched; `tool-invalid`
   */
  locate(name: ToolName): Promise<string>;
  /** Whether it is on the PATH. */
  has(name: ToolName): Promise<boolean>;
}

export interface ToolsOptions extends FetchOptions {
  /** What is fetched; tests have files of their own. */
  readonly pinned?: Readonly<Record<ToolName, PinnedTool>>;
}

/** @example await openTools(options).locate('helm') // 'helm', or '/opt/hostedtoolcache/slipway/helm/4.2.4/…/helm' */
export function openTools({ pinned = pinnedTools, ...options }: ToolsOptions): Tools {
  const versions = new Map<ToolName, Promise<string | undefined>>();
  const programs = new Map<ToolName, Promise<string>>();
  const askVersion = (name: ToolName): Promise<string | undefined> => {
    const asked = versions.get(name) ?? tryAskVersion(name, pinned[name], options.signal);
    versions.set(name, asked);
    return asked;
  };
  const locate = async (name: ToolName): Promise<string> => {
    const said = await askVersion(name);
    if (said === undefined) return fetchTool(name, pinned[name], options);
    refuseOld(name, pinned[name], said);

    return name;
  };
  return {
    has: async (name) => (await askVersion(name)) !== undefined,
    locate: (name) => {
      const located = programs.get(name) ?? locate(name);
      programs.set(name, located);
      return located;
    },
  };
}

/** What the program on the PATH says; undefined when there is none. */
async function tryAskVersion(
  name: ToolName,
  { versionArguments }: PinnedTool,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { stdout } = await runCommand([name, ...versionArguments], { signal });
    return stdout;
  } catch (error) {
    if (error instanceof CommandError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** One that was built by hand may have no version: it is taken as it is. */
function refuseOld(name: ToolName, { minimum, version }: PinnedTool, said: string): void {
  const found = tryReadVersion(said);
  if (found === undefined || !isOlder(found, minimum)) return;
  throw new SlipwayError(
    'tool-missing',
    `${name} ${found} is on the PATH, and the oldest that will do is ${minimum}`,
    { fix: `Install a newer one, or take it off the PATH: then ${version} is fetched.` },
  );
}

/** What this process runs on, as the vendors name it. */
export function describePlatform(): Platform {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${process.platform}-${architecture}`;
}
