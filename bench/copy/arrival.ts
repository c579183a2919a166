import type { Content } from './content.js';
import type { Proxies } from '../instruments/index.js';

export interface ArrivalPlace {
  /** Of the registry itself, no proxy before it. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** What of a content is in a registry, as somebody sees it who trusts nobody's word. */
export type Arrival =
  | { readonly state: 'complete' }
  | { readonly state: 'without-referrers'; readonly found: number; readonly expected: number }
  | { readonly state: 'incomplete'; readonly missing: string };

/** Fetches everything that should have arrived, and compares every byte by its digest. */
export async function checkArrival(
  proxies: Pick<Proxies, 'digests'>,
  place: ArrivalPlace,
  content: Content,
): Promise<Arrival> {
  const base = `http://${place.host}/v2/${place.repository}`;
  const { digest: rootDigest, mediaType } = content.root.descriptor;
  const [tagged = '', ...here] = await proxies.digests([
    { url: `${base}/manifests/${place.tag}`, accept: mediaType },
    ...content.manifests.map(({ descriptor }) => ({
      url: `${base}/manifests/${descriptor.digest}`,
      accept: descriptor.mediaType,
    })),
    ...content.blobs.map(({ descriptor }) => ({
      url: `${base}/blobs/${descriptor.digest}`,
      accept: '*/*',
    })),
  ]);
  if (tagged !== rootDigest) {
    return { state: 'incomplete', missing: `the tag names ${tagged || 'nothing'}` };
  }
  const listed = content.referrers.length === 0 ? [] : await listReferrers(base, rootDigest);
  return judgeArrival(content, new Set(here), listed);
}

/**
 * @param here digests of the manifests and blobs that were fetched whole
 * @param listed digests of what the registry lists as referring to the image
 */
export function judgeArrival(
  { root, manifests, referrers, blobs }: Content,
  here: ReadonlySet<string>,
  listed: readonly string[],
): Arrival {
  const isReferrer = new Set<string>(referrers.map(({ descriptor }) => descriptor.digest));
  const own = new Set(ownBlobs(referrers));
  const needed = [...manifests, ...blobs]
    .map(({ descriptor }) => descriptor.digest)
    .filter((digest) => !isReferrer.has(digest) && !own.has(digest));
  const missing = needed.find((digest) => !here.has(digest));
  if (missing !== undefined) {
    const what = missing === root.descriptor.digest ? 'the manifest' : missing.slice(0, 19);
    return { state: 'incomplete', missing: `${what} is missing` };
  }
  const found = referrers.filter(
    (each) =>
      here.has(each.descriptor.digest) &&
      listed.includes(each.descriptor.digest) &&
      ownBlobs([each]).every((digest) => here.has(digest)),
  ).length;
  const expected = referrers.length;
  return found === expected
    ? { state: 'complete' }
    : { state: 'without-referrers', found, expected };
}

/** @example describeArrival({ state: 'without-referrers', found: 0, expected: 3 }) // 'without referrers (0 of 3)' */
export function describeArrival(arrival: Arrival): string {
  switch (arrival.state) {
    case 'complete':
      return 'complete';
    case 'without-referrers':
      return `without referrers (${arrival.found} of ${arrival.expected})`;
    case 'incomplete':
      return `incomplete: ${arrival.missing}`;
  }
}

/** What only referrers are made of: the digests of their blobs. */
function ownBlobs(referrers: Content['referrers']): readonly string[] {
  return referrers.flatMap(({ blobs }) => blobs);
}

async function listReferrers(base: string, digest: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    [`${base}/referrers/${digest}`, `${base}/manifests/${digest.replace(':', '-')}`].map((url) =>
      fetch(url, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } }),
    ),
  );
  const lists = await Promise.all(
    answers.map(async (answer) => readDigests(answer.ok, await answer.text())),
  );
  return lists.flat();
}

/** What cannot be read as an index lists nothing. */
function readDigests(isFound: boolean, text: string): readonly string[] {
  if (!isFound) return [];
  const index: unknown = JSON.parse(text);
  const manifests = isRecord(index) ? index['manifests'] : undefined;
  if (!Array.isArray(manifests)) return [];
  return manifests.flatMap((each: unknown) => {
    const digest = isRecord(each) ? each['digest'] : undefined;
    return typeof digest === 'string' ? [digest] : [];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
