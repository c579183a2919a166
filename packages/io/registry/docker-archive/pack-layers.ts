import type { Readable } from 'node:stream';
import type { Digest } from '@slipway/core/image-ref';
import { mapParallel } from '@slipway/core/parallel';
import { compressLayer, type PackedLayer } from './compress-layer.js';

/** zlib works in threads of its own, of which Node has four. */
const parallelLayers = 4;

/** A layer before it is compressed. */
export interface PlainLayer {
  /** What the config calls it. */
  readonly diffId: Digest;
  readonly open: (start?: number) => Readable;
}

/** Compresses layers into files of the folder, each once where several are the same, in the order given. */
export async function packLayers(
  layers: readonly PlainLayer[],
  folder: string,
  signal: AbortSignal | undefined,
): Promise<readonly PackedLayer[]> {
  const different = [...new Map(layers.map((layer) => [layer.diffId, layer])).values()];
  const packed = await mapParallel(parallelLayers, different, ({ diffId, open }) =>
    compressLayer(open, folder, `${diffId.replace(':', '-')}.tar.gz`, signal),
  );
  const byDiffId = new Map(different.map(({ diffId }, index) => [diffId, packed[index]]));
  return layers.map(({ diffId }) => byDiffId.get(diffId)).filter((layer) => layer !== undefined);
}
