import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatReference, parseTag, type ImageReference } from '@slipway/core/image-ref';
import { parseManifest, type RegistryClient } from '@slipway/io/registry';
import type { ChartPlace, SourceFile } from '@slipway/io/render';
import { readTar } from '../tar/index.js';

const chartMediaType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const maxPackedBytes = 20_000_000;
const maxBytes = 100_000_000;
/** Where its files are beside those of the workspace. */
const chartsFolder = '.charts';

/** What of a registry is needed. */
export type ChartClient = Pick<RegistryClient, 'resolve' | 'fetchManifest' | 'fetchBlob'>;

export interface PulledChart {
  readonly place: ChartPlace;
  /** With the digest that its tag led to. */
  readonly reference: string;
}

/**
 * A chart from a registry, unpacked in memory.
 *
 * @throws SlipwayError `not-found`; `source-invalid` for what is no chart; what the registry client throws
 */
export async function pullChart(
  client: ChartClient,
  reference: ImageReference,
): Promise<PulledChart> {
  const { repository, tag = parseTag('latest') } = reference;
  const where = `oci://${formatReference(reference)}`;
  const digest = reference.digest ?? (await client.resolve(repository, tag))?.digest;
  const found = digest && (await client.fetchManifest(repository, digest));
  if (digest === undefined || found === undefined) {
    throw new SlipwayError('not-found', `the chart ${where} does not exist`, {
      fix: 'Check its name and version; a version is the tag as it is, without a v in front unless it has one.',
    });
  }
  const manifest = parseManifest(found.bytes, where);
  const layers = manifest.kind === 'image' ? manifest.layers : [];
  const layer = layers.find(({ mediaType }) => mediaType === chartMediaType);
  if (layer === undefined) {
    throw notAChart(where, `it has no layer of the type ${chartMediaType}`);
  }
  const packed = await client.fetchBlob(repository, layer, maxPackedBytes);
  const { folder, files } = await unpack(packed, where);
  return {
    place: { kind: 'files', folder, files },
    reference: formatReference({ repository, digest }),
  };
}

/** A packed chart has one folder, which is named as the chart. */
async function unpack(
  packed: Uint8Array,
  where: string,
): Promise<{ readonly folder: string; readonly files: readonly SourceFile[] }> {
  const entries = await tryRead(packed, where);
  const files = entries
    .filter(({ path }) => !path.endsWith('/'))
    .map(({ path, bytes }) => ({ path: `${chartsFolder}/${path}`, bytes }));
  const outside = files.find(({ path }) => path.split('/').includes('..'));
  if (outside !== undefined) throw notAChart(where, `it has a file ${outside.path}`);
  const chart = files
    .map(({ path }) => path.split('/'))
    .find((parts) => parts.length === 3 && parts[2] === 'Chart.yaml');
  if (chart === undefined) throw notAChart(where, 'it has no Chart.yaml');
  return { folder: chart.slice(0, 2).join('/'), files };
}

async function tryRead(packed: Uint8Array, where: string): ReturnType<typeof readTar> {
  const archive = createGunzip();
  const source = Readable.from([packed]);
  source.pipe(archive);
  try {
    return await readTar(archive, maxBytes);
  } catch (error) {
    throw notAChart(where, describeError(error));
  }
}

function notAChart(where: string, why: string): SlipwayError {
  return new SlipwayError('source-invalid', `${where} is not a chart of Helm: ${why}`, {
    fix: 'Push it with: helm push <chart>.tgz oci://…',
  });
}
