import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { buildImageLayout, type ImageDescriptor, type TarEntry } from '../images/index.js';

/** What a release of examples/shop/services/catalog is like. */
export interface CatalogRelease {
  readonly version: string;
  /**
   * `good`: the file of the example. `missing`: the image forgot it, so that the program ends at its start.
   * `free`: everything costs nothing, which no machine finds wrong.
   */
  readonly data: 'good' | 'missing' | 'free';
  /** For the label: the commit that it was built from. */
  readonly commit: string;
}

const source = fileURLToPath(new URL('../../../examples/shop/services/catalog', import.meta.url));

/**
 * Compiles the example into a folder, as a static program.
 *
 * @returns the program's path
 */
export async function compileCatalog(folder: string, signal?: AbortSignal): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'catalog');
  await runCommand(['go', 'build', '-trimpath', '-ldflags=-s -w', '-o', program, '.'], {
    cwd: source,
    env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
    ...(signal === undefined ? {} : { signal }),
  });
  return program;
}

/**
 * Writes the image of a release as an OCI layout, without an engine: the compiled program on nothing, and
 * its data.
 *
 * @param program what `compileCatalog` gave
 */
export function buildCatalogImage(
  layout: string,
  program: string,
  { version, data, commit }: CatalogRelease,
): ImageDescriptor {
  const base: TarEntry[] = [
    { kind: 'file', path: 'catalog', mode: 0o755, content: readFileSync(program) },
  ];
  return buildImageLayout({
    folder: layout,
    layers: data === 'missing' ? [base] : [base, listData(data)],
    config: {
      entrypoint: ['/catalog'],
      env: { CATALOG_VERSION: version },
      user: '1000',
      exposedPorts: ['8080/tcp'],
      labels: {
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.revision': commit,
        'org.opencontainers.image.created': '2026-01-01T00:00:00Z',
        'org.opencontainers.image.source': 'https://github.com/example/catalog',
      },
    },
  });
}

function listData(data: 'good' | 'free'): TarEntry[] {
  const text = readFileSync(join(source, 'data/products.json'), 'utf8');
  const priced = data === 'good' ? text : text.replaceAll(/"cents": \d+/g, '"cents": 0');
  return [
    { kind: 'folder', path: 'data', mode: 0o755 },
    { kind: 'file', path: 'data/products.json', mode: 0o644, content: Buffer.from(priced) },
  ];
}
