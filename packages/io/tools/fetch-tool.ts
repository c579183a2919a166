import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SlipwayError } from '@slipway/core/errors';
import { extract } from 'tar-stream';
import { download, type DownloadOptions } from './download.js';
import type { PinnedTool } from './pinned-tools.js';

export interface FetchOptions extends DownloadOptions {
  /** Where programs are kept from one run to the next. */
  readonly cacheFolder: string;
  /** `linux-amd64` */
  readonly platform: string;
  /** In place of the vendor, with the same paths. */
  readonly mirror?: string;
}

/**
 * The pinned version of a program: from the cache, else fetched. Nothing comes into the cache before its checksum
 * is proven, and what is there is whole: it is written beside and renamed.
 *
 * @returns its path
 * @throws SlipwayError `tool-missing` when it cannot be fetched; `tool-invalid` when it is something else
 */
export async function fetchTool(
  name: string,
  tool: PinnedTool,
  options: FetchOptions,
): Promise<string> {
  const { cacheFolder, platform, mirror = tool.vendor, logger } = options;
  const file = tool.files[platform];
  if (file === undefined) {
    throw new SlipwayError(
      'tool-missing',
      `there is no ${name}, and none is fetched for ${platform}`,
      {
        fix: `Install ${name} ${tool.minimum} or newer, and put it on the PATH.`,
      },
    );
  }
  const place = join(cacheFolder, 'slipway', name, tool.version, platform, name);
  if (await isThere(place)) return place;

  const url = `${mirror.replace(/\/+$/, '')}${file.path}`;
  logger.info(`fetching ${name} ${tool.version} from ${url}`);
  await mkdir(dirname(place), { recursive: true });
  const folder = await mkdtemp(join(dirname(place), '.fetching-'));
  try {
    const fetched = join(folder, 'fetched');
    const sha256 = await download(url, fetched, options);
    if (sha256 !== file.sha256) throw notPinned(url, sha256, file.sha256);
    const program = file.member === undefined ? fetched : join(folder, 'program');
    if (file.member !== undefined) await unpack(fetched, file.member, program);
    await chmod(program, 0o755);
    await rename(program, place);
    return place;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function unpack(archive: string, member: string, to: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  for await (const entry of entries) {
    if (entry.header.name === member) await pipeline(entry, createWriteStream(to));
    else entry.resume();
  }
  await reading;
}

function notPinned(url: string, given: string, expected: string): SlipwayError {
  return new SlipwayError(
    'tool-invalid',
    `what ${url} gave is not what is pinned: its SHA-256 is ${given}, not ${expected}`,
    { fix: 'Do not run it. Compare the file with the vendor’s, and look who could change it.' },
  );
}
