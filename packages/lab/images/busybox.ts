import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxFile } from './busybox-file.js';
import { buildImageLayout, type ImageConfig, type ImageDescriptor } from './layout.js';
import { packTar, type TarEntry } from './tar.js';

export interface ImageFile {
  readonly content: string | Buffer;
  /** `0o755` for programs; 0o644 without it. */
  readonly mode?: number;
}

export interface BusyboxImageOptions {
  /** The folder that becomes the OCI layout; what was there is replaced. */
  readonly layout: string;
  /** By absolute path in the image; the folders above them are made. */
  readonly files: Readonly<Record<string, ImageFile>>;
  readonly config: ImageConfig;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface BusyboxImage extends ImageDescriptor {
  readonly layout: string;
}

/** The programs that the images offer, each a link to busybox. */
const applets = [
  'cat', 'date', 'echo', 'env', 'false', 'head', 'hostname', 'httpd', 'id', 'kill', 'ls', 'mkdir', 'nc',
  'nslookup', 'printf', 'rm', 'sed', 'sh', 'sleep', 'tail', 'test', 'touch', 'true', 'wc', 'wget',
]; // prettier-ignore

/**
 * An image of two layers: busybox with its links, the same in every image, and the files given. User 1000
 * is called `app`. A program that is process 1 of a container has to trap SIGTERM itself.
 *
 * @example
 * buildBusyboxImage({
 *   layout: 'out/catalog',
 *   files: { '/bin/serve': { content: '#!/bin/sh\nexec httpd -f -p 8080 -h /www\n', mode: 0o755 } },
 *   config: { entrypoint: ['/bin/serve'], env: { PATH: '/bin' }, user: '1000', exposedPorts: ['8080/tcp'] },
 * }).digest // 'sha256:…'
 */
export function buildBusyboxImage(options: BusyboxImageOptions): BusyboxImage {
  const { layout, files, config, annotations } = options;
  const image = buildImageLayout({
    folder: layout,
    layers: [listBaseEntries(), listFileEntries(files)],
    config,
    ...(annotations === undefined ? {} : { annotations }),
  });
  return { ...image, layout };
}

/**
 * The image that holds a pod's namespaces open, as an OCI layout and as a tar archive of it that containerd
 * imports under this name.
 */
export function buildPauseImage(layout: string, name: string): Buffer {
  buildImageLayout({
    folder: layout,
    layers: [listBaseEntries()],
    config: { entrypoint: ['/bin/tail', '-f', '/dev/null'] },
    indexAnnotations: { 'io.containerd.image.name': name },
  });
  const blobs = readdirSync(join(layout, 'blobs', 'sha256')).sort();
  const paths = ['oci-layout', 'index.json', ...blobs.map((blob) => `blobs/sha256/${blob}`)];
  return packTar(
    paths.map((path) => ({
      kind: 'file',
      path,
      mode: 0o644,
      content: readFileSync(join(layout, path)),
    })),
  );
}

function listBaseEntries(): readonly TarEntry[] {
  return [
    { kind: 'folder', path: 'bin', mode: 0o755 },
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: readFileSync(busyboxFile()) },
    ...applets.map((name) => ({ kind: 'link', path: `bin/${name}`, target: 'busybox' }) as const),
    { kind: 'folder', path: 'etc', mode: 0o755 },
    textFile('etc/group', 'root:x:0:\napp:x:1000:\n'),
    textFile('etc/passwd', 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n'),
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
  ];
}

function listFileEntries(files: Readonly<Record<string, ImageFile>>): readonly TarEntry[] {
  const entries = new Map<string, TarEntry>();
  for (const path of Object.keys(files).sort()) {
    const file = files[path];
    const parts = path.split('/').filter(Boolean);
    for (const depth of parts.slice(1).keys()) {
      const folder = parts.slice(0, depth + 1).join('/');
      if (!isBaseFolder(folder)) entries.set(folder, { kind: 'folder', path: folder, mode: 0o755 });
    }
    const content = Buffer.from(file?.content ?? '');
    entries.set(parts.join('/'), {
      kind: 'file',
      path: parts.join('/'),
      mode: file?.mode ?? 0o644,
      content,
    });
  }
  return [...entries.values()];
}

/** Said again by an upper layer, a folder of the lower one would get its mode. */
function isBaseFolder(folder: string): boolean {
  return ['bin', 'etc', 'tmp'].includes(folder);
}

function textFile(path: string, text: string): TarEntry {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(text) };
}
