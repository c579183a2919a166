import { readdirSync, readFileSync } from 'node:fs';

/** What some processes were started with. */
export interface Sighting {
  /** `argv of kubectl`, `environment of git` */
  readonly place: string;
  readonly content: string;
}

export interface ProcessWatch {
  /** Looks a last time, and ends the watch. */
  stop(): readonly Sighting[];
}

const everyMs = 30;

/**
 * Looks again and again at the list of processes, as anybody on the machine can: the arguments of all, and the
 * environment of the descendants of one. Who lives shorter than the interval is not seen.
 *
 * @param root the process whose descendants are looked into; its own environment is its own affair
 * @param isOwn variables that are not looked at
 */
export function watchProcesses(root: number, isOwn: (variable: string) => boolean): ProcessWatch {
  const seen = new Map<string, Sighting>();
  const note = (place: string, content: string): void => {
    if (content !== '') seen.set(`${place} ${content}`, { place, content });
  };
  const look = (): void => {
    const parents = new Map<string, string>();
    const rootArgv = read(String(root), 'cmdline');
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      parents.set(
        pid,
        / (?<parent>\d+)/.exec(read(pid, 'stat').replace(/^.*\) ./s, ''))?.[1] ?? '',
      );
      const argv = read(pid, 'cmdline');
      const name = argv.split('\0')[0]?.split('/').at(-1) ?? '';
      note(`argv of ${name}`, argv.replaceAll('\0', '\n'));
      // between fork and exec a child is still the process that it comes from
      if (argv !== rootArgv && isBelow(pid, String(root), parents)) {
        note(`environment of ${name}`, listVariables(read(pid, 'environ'), isOwn));
      }
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return [...seen.values()];
    },
  };
}

/**
 * The variables that are looked at, a line each.
 *
 * @param environ `A=1\0B=2\0`
 */
export function listVariables(environ: string, isOwn: (variable: string) => boolean): string {
  return environ
    .split('\0')
    .filter((entry) => !isOwn(entry.split('=')[0] ?? ''))
    .join('\n');
}

function isBelow(pid: string, root: string, parents: ReadonlyMap<string, string>): boolean {
  for (let above = parents.get(pid); above !== undefined; above = parents.get(above)) {
    if (above === root) return true;
  }
  return false;
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
