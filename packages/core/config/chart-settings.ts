import { invalidInput } from '../errors/index.js';
import { parseReference, type ImageReference } from '../image-ref/index.js';
import type { MappingReader } from './mapping-reader.js';
import { present } from './optional-field.js';

/** `deploy.chart`: a Helm chart. */
export interface ChartSettings {
  readonly source: ChartSource;
  /** Files; `{environment}` in them stands for the environment’s name, and a later one wins. */
  readonly values: readonly string[];
  /** Default: the service’s name. */
  readonly releaseName?: string;
}

/** A folder in the workspace (`{environment}` in it stands for the environment’s name), or an artifact. */
export type ChartSource =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'registry'; readonly reference: ImageReference };

const registryPrefix = 'oci://';

/**
 * @example parseChartSource('deploy/chart', 'chart') // { kind: 'folder', folder: 'deploy/chart' }
 * @example parseChartSource('oci://registry.example.com/charts/orders:1.2.0', 'chart') // { kind: 'registry', … }
 * @throws SlipwayError `invalid-input` for a reference with neither a tag nor a digest, and for other protocols
 */
export function parseChartSource(text: string, subject: string): ChartSource {
  if (text.startsWith(registryPrefix)) {
    // a version may have a +, which no tag can: Helm writes _ for it
    const reference = parseReference(text.slice(registryPrefix.length).replace('+', '_'), subject);
    if (reference.tag !== undefined || reference.digest !== undefined) {
      return { kind: 'registry', reference };
    }
  } else if (!/^\w+:\/\//.test(text)) return { kind: 'folder', folder: text };
  throw invalidInput([
    { subject, given: text, expected: 'a folder, or oci://<registry>/<path>:<version>' },
  ]);
}

/** @throws SlipwayError `invalid-input` for a name that Helm does not take */
export function parseReleaseName(text: string, subject: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/.test(text)) return text;
  const expected = 'a name of lower-case letters, digits and “-”, up to 53';
  throw invalidInput([{ subject, given: text, expected }]);
}

/**
 * All three parts: YAML would read `1.30` as 1.3.
 *
 * @example parseKubeVersion('1.34.0', 'kube-version') // '1.34.0'
 */
export function parseKubeVersion(text: string, subject: string): string {
  if (/^v?\d+\.\d+\.\d+$/.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'a version of Kubernetes, as 1.34.0' }]);
}

export function readChart(reader: MappingReader): ChartSettings {
  const folder = reader.optional('path', parseChartSource);
  const reference = reader.optional('reference', parseChartSource);
  if ((folder === undefined) === (reference === undefined)) {
    reader.refuse('path', 'path and reference', 'exactly one of the two');
  }
  if (folder?.kind === 'registry') reader.refuse('path', 'oci://…', 'a folder');
  if (reference?.kind === 'folder') reader.refuse('reference', reference.folder, 'oci://…');
  return {
    source: folder ?? reference ?? { kind: 'folder', folder: '.' },
    values: reader.list('values', 0) ?? [],
    ...present('releaseName', reader.optional('release-name', parseReleaseName)),
  };
}
