import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SlipwayError } from '@slipway/core/errors';
import { extract, type Extract } from 'tar-stream';
import { textAt, tryParseJson, valueAt } from '../json.js';

/** An image as `docker save` wrote it, as files. */
export interface SavedImage {
  /** What the engine made of it: Docker's image configuration. */
  readonly config: unknown;
  /** Tar archives, the lowest layer first; those that came from a registry may be compressed. */
  readonly layers: readonly string[];
}

/**
 * Unpacks what `docker save` writes, as it comes.
 *
 * @param save writes one image
 * @param folder for its files; whoever made it removes it
 * @throws SlipwayError `build-failed` when it wrote no whole image
 */
export async function unpackSavedImage(
  save: (archive: NodeJS.WritableStream) => Promise<{ exitCode: number; stderr: string }>,
  folder: string,
): Promise<SavedImage> {
  await mkdir(folder);
  const archive = extract();
  const saving = save(archive);
  saving.catch(() => archive.destroy());
  const [saved, unpacked] = await Promise.allSettled([saving, unpackFiles(archive, folder)]);
  if (saved.status === 'rejected') throw saved.reason;
  const { exitCode, stderr } = saved.value;
  // an archive that breaks off is not all that is to be said of a program that failed
  if (unpacked.status === 'rejected' && exitCode === 0) throw unpacked.reason;
  const files = unpacked.status === 'rejected' ? new Map<string, string>() : unpacked.value;
  const fileOf = (path: string): string | undefined => files.get(path);
  const manifest = await tryReadJson(fileOf('manifest.json'));
  const config = await tryReadJson(fileOf(textAt(manifest, 0, 'Config') ?? ''));
  const listed = valueAt(manifest, 0, 'Layers');
  const layers = (Array.isArray(listed) ? listed : []).map((path: unknown) =>
    typeof path === 'string' ? fileOf(path) : undefined,
  );
  const whole = layers.filter((layer) => layer !== undefined);
  if (exitCode === 0 && config !== undefined && whole.length === layers.length) {
    return { config, layers: whole };
  }
  throw new SlipwayError('build-failed', 'docker cannot save the image that it built', {
    cause: new Error(stderr.replaceAll(/\s+/g, ' ').trim() || `exit code ${exitCode}`),
    fix: 'Look at the space on the disk of docker and of this machine.',
  });
}

/** @returns the file of each path in the archive; a link leads to the file of another */
async function unpackFiles(archive: Extract, folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header;
    if (type === 'file') {
      const file = join(folder, String(files.size));
      files.set(name, file);
      await pipeline(entry, createWriteStream(file));
      continue;
    }
    const target = typeof linkname === 'string' ? findTarget(name, linkname, files) : undefined;
    if (target !== undefined) files.set(name, target);
    entry.resume();
  }
  return files;
}

/** Before version 25 a layer that two images share is a symbolic link: `../<id>/layer.tar`. */
function findTarget(
  name: string,
  linkname: string,
  files: ReadonlyMap<string, string>,
): string | undefined {
  const { pathname } = new URL(linkname, `file:///${name}`);
  return files.get(decodeURIComponent(pathname.slice(1)));
}

async function tryReadJson(file: string | undefined): Promise<unknown> {
  return file === undefined ? undefined : tryParseJson(await readFile(file, 'utf8'));
}
