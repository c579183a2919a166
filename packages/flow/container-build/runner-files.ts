import { constants } from 'node:fs';
import { appendFile, chmod, mkdir, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { withPlace } from '@slipway/io/engine';
import type { Runtime } from '../runtime/index.js';

/** What a container gets in place of the runner's own files. */
export interface RunnerFiles {
  /** `GITHUB_OUTPUT=/tmp/…/github_output` */
  readonly settings: readonly string[];
  /** The folder that they are in, to be shared; none where there is no runner. */
  readonly shared: readonly string[];
}

/** Far more than outputs may have. */
const mostBytes = 4 * 1024 * 1024;
/** GitHub takes 1 MiB from a step, and nothing of one that is larger: the rest is for what we write after it. */
const mostSummaryBytes = 700 * 1024;

/** Why something was left out. */
interface Omission {
  /** Completes “the run wrote …”. */
  readonly problem: string;
  readonly fix: string;
}

const linesFix = 'Write lines NAME=value, or NAME<<END, the value, and END on a line of its own.';
const sizeFix = 'Let it be a plain file, and write less: what is long can be kept as an artifact.';

/**
 * Works with files that anybody in a container may write to and replace, and afterwards adds to the runner's own
 * files what was written, also when the work failed. What the runner could not read would spoil what we write there
 * after it: it is left out.
 *
 * @returns what the work answered, and why something was left out
 */
export async function withRunnerFiles<T>(
  what: string,
  {
    stepFiles,
    temporaryFolder,
    logger,
    redact,
  }: Pick<Runtime, 'stepFiles' | 'temporaryFolder' | 'logger' | 'redact'>,
  work: (files: RunnerFiles) => Promise<T>,
): Promise<{ readonly answer: T; readonly failure?: SlipwayError }> {
  if (stepFiles.size === 0) return { answer: await work({ settings: [], shared: [] }) };
  return withPlace(temporaryFolder, async (own) => {
    const place = join(own, 'files');
    const files = [...stepFiles.keys()].map((name): [string, string] => [
      name,
      join(place, name.toLowerCase()),
    ]);
    await makeFiles(place, files);
    let omissions: readonly Omission[] = [];
    const settings = files.map(([name, file]) => `${name}=${file}`);
    const answer = await work({ settings, shared: [place] }).finally(async () => {
      omissions = await addAll(files, stepFiles, redact);
      for (const { problem } of omissions) logger.warning(`the ${what} wrote ${problem}`);
    });
    const [omission] = omissions;
    if (omission === undefined) return { answer };
    const { problem, fix } = omission;
    const failure = new SlipwayError('build-failed', `the ${what} wrote ${problem}`, { fix });
    return { answer, failure };
  });
}

/** Everybody in the container may write to them; on this machine nobody else gets there. */
async function makeFiles(
  place: string,
  files: readonly (readonly [string, string])[],
): Promise<void> {
  await mkdir(place);
  await chmod(place, 0o777);
  for (const [, file] of files) {
    await writeFile(file, '');
    await chmod(file, 0o666);
  }
}

async function addAll(
  files: readonly (readonly [string, string])[],
  stepFiles: ReadonlyMap<string, string>,
  redact: Runtime['redact'],
): Promise<readonly Omission[]> {
  const omissions: Omission[] = [];
  for (const [name, file] of files) {
    const own = stepFiles.get(name);
    if (own === undefined) continue;
    const written = await readWritten(file, await countFree(name, own));
    if (written === undefined) {
      omissions.push({
        problem: `${name} as no file that can be read, or one of more than ${nameLimit(name)}`,
        fix: sizeFix,
      });
      continue;
    }
    if (written === '') continue;
    const { text, problem } = checkRunnerFile(name, written);
    // the runner masks its log, and outputs where they are shown; a summary is shown as it is
    await appendFile(own, name === 'GITHUB_STEP_SUMMARY' ? redact(text) : text);
    if (problem !== undefined) omissions.push({ problem, fix: linesFix });
  }
  return omissions;
}

/** Neither a link is followed, which may lead to anything of this machine, nor is a pipe waited for. */
const readPlain = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a file that somebody else may still replace or write to: what was opened is what is looked at and read.
 *
 * @returns undefined for anything but a plain file of so many bytes; empty where there is nothing
 */
async function readWritten(file: string, most: number): Promise<string | undefined> {
  let handle;
  try {
    handle = await open(file, readPlain);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isGone ? '' : undefined;
  }
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const bytes = Buffer.alloc(Math.max(most, 0) + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length;) {
      ({ bytesRead: read } = await handle.read(bytes, length, bytes.length - length));
      length += read;
    }
    return length > most ? undefined : bytes.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}

/** How much may be added to a file of the runner; a step can run several containers, and has one summary. */
async function countFree(name: string, own: string): Promise<number> {
  if (name !== 'GITHUB_STEP_SUMMARY') return mostBytes;
  const { size } = await stat(own);
  return mostSummaryBytes - size;
}

function nameLimit(name: string): string {
  return name === 'GITHUB_STEP_SUMMARY'
    ? `${mostSummaryBytes / 1024} KiB in this step`
    : `${mostBytes / 1024} KiB`;
}

const headPattern = /^(?<name>[^=<\s][^=<]*)(?:=|<<(?<end>\S.*)$)/;

/**
 * What of a file the runner can read; nothing follows on a line that was not ended.
 *
 * @example checkRunnerFile('GITHUB_OUTPUT', 'a=1\nb<<END\n2') // { text: 'a=1\n', problem: 'GITHUB_OUTPUT without the line END that ends b' }
 */
export function checkRunnerFile(
  variable: string,
  text: string,
): { readonly text: string; readonly problem?: string } {
  const ended = text.endsWith('\n') ? text : `${text}\n`;
  if (variable !== 'GITHUB_OUTPUT' && variable !== 'GITHUB_ENV') return { text: ended };
  const lines = ended.split(/\r?\n/).slice(0, -1);
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const { name, end } = headPattern.exec(line)?.groups ?? {};
    if (name === undefined) {
      const problem = `${variable} with line ${index + 1}, which is no NAME=value`; // it may hold a secret
      return { text: formatLines(kept), problem };
    }
    const last = end === undefined ? index : lines.indexOf(end, index + 1);
    if (last === -1) {
      return {
        text: formatLines(kept),
        problem: `${variable} without the line ${end ?? ''} that ends ${name}`,
      };
    }
    kept.push(...lines.slice(index, last + 1));
    index = last;
  }
  return { text: formatLines(kept) };
}

function formatLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
