import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { HttpClient } from '@actions/http-client';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { Clock } from '../clock/index.js';
import type { Logger } from '../log/index.js';

const idleTimeoutMs = 30_000;
const heartbeatMs = 10_000;

export interface DownloadOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Writes what an address answers into a file.
 *
 * @returns its SHA-256, in hex
 * @throws SlipwayError `tool-missing` when it is not there, or ends before its end
 */
export async function download(
  url: string,
  file: string,
  { logger, clock, signal }: DownloadOptions,
): Promise<string> {
  const client = new HttpClient('slipway', [], { socketTimeout: idleTimeoutMs });
  const hash = createHash('sha256');
  let received = 0;
  try {
    const { message } = await client.get(url);
    if (message.statusCode !== 200) throw notFetched(url, `the answer is ${message.statusCode}`);
    const expected = Number(message.headers['content-length'] ?? Number.NaN);
    let told = clock.monotonicMs();
    const count = async function* (chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        received += chunk.length;
        if (clock.monotonicMs() - told >= heartbeatMs) {
          told = clock.monotonicMs();
          logger.info(`fetched ${describeSize(received, expected)} of ${url}`);
        }
        yield chunk;
      }
    };
    await pipeline(message, count, createWriteStream(file), { signal });
    if (received < expected) throw new Error('the connection ended');
    return hash.digest('hex');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SlipwayError) throw error;
    const place = received === 0 ? '' : ` after ${received} bytes`;
    throw notFetched(url, `${describeError(error)}${place}`, error);
  } finally {
    client.dispose();
  }
}

function describeSize(received: number, expected: number): string {
  const inMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);
  const whole = Number.isNaN(expected) ? '' : ` of ${inMegabytes(expected)}`;
  return `${inMegabytes(received)}${whole} MB`;
}

function notFetched(url: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError('tool-missing', `${url} cannot be fetched: ${why}`, {
    cause,
    fix: 'Install the program, or set tool-mirror to a server that the job reaches and that has the same paths.',
  });
}
