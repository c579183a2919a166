import { valueAt } from '../json.js';

/** What the image specification knows of a configuration, in the order in which it is written. */
const kept = ['architecture', 'os', 'os.version', 'variant', 'author'] as const;
/** What docker writes about the container in which it built, and of the daemon. */
const transient = new Set(['Hostname', 'Domainname', 'Image', 'AttachStdin', 'AttachStdout']);
for (const each of ['AttachStderr', 'Tty', 'OpenStdin', 'StdinOnce', 'MacAddress']) {
  transient.add(each);
}

/**
 * The configuration of an image (OCI image specification) of what docker made.
 *
 * @param epoch seconds since 1970 that no time in it is later than
 * @example formatImageConfig({ os: 'linux', container: '1f0c…' }, [], 0) // { os: 'linux', created: '1970-…', … }
 */
export function formatImageConfig(
  saved: unknown,
  diffIds: readonly string[],
  epoch: number | undefined,
): object {
  const named = kept.flatMap((key) => {
    const value = valueAt(saved, key);
    return value === undefined || value === '' ? [] : [[key, value] as const];
  });
  const history = valueAt(saved, 'history');
  return {
    created: clampTime(valueAt(saved, 'created'), epoch),
    ...Object.fromEntries(named),
    config: withoutTransient(valueAt(saved, 'config')),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: Array.isArray(history) ? history.map((entry) => clampEntry(entry, epoch)) : [],
  };
}

function clampEntry(entry: unknown, epoch: number | undefined): object {
  const created = clampTime(valueAt(entry, 'created'), epoch);
  return { ...Object.fromEntries(entriesOf(entry)), ...(created === undefined ? {} : { created }) };
}

function withoutTransient(config: unknown): object {
  return Object.fromEntries(
    entriesOf(config).filter(([key, value]) => !transient.has(key) && value !== null),
  );
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** @returns undefined where there was no time */
function clampTime(time: unknown, epoch: number | undefined): string | undefined {
  if (typeof time !== 'string') return undefined;
  if (epoch === undefined || Date.parse(time) <= epoch * 1000) return time;
  return new Date(epoch * 1000).toISOString().replace('.000Z', 'Z');
}
