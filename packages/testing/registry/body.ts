import { systemClock } from '@slipway/io/clock';
import type { BodyFault } from './fault.js';

/** The connection is to break here. */
export class BrokenConnection extends Error {}

/**
 * A body on its way through the proxy.
 *
 * @param count told the size of every piece that passes
 * @param end ends what is slow or stalled
 * @throws BrokenConnection where the fault breaks it
 */
export async function* passBody(
  source: AsyncIterable<Buffer>,
  fault: BodyFault | undefined,
  count: (bytes: number) => void,
  end: AbortSignal,
): AsyncGenerator<Buffer> {
  let left = fault?.afterBytes ?? Infinity;
  for await (const chunk of source) {
    const now = chunk.subarray(0, left);
    const later = chunk.subarray(now.length);
    left -= now.length;
    if (now.length > 0) yield counted(now, count);
    if (fault === undefined || left > 0) continue;
    await happen(fault, end);
    left = Infinity;
    if (later.length > 0) yield counted(later, count);
  }
  if (fault !== undefined && left !== Infinity) await happen(fault, end);
}

function counted(bytes: Buffer, count: (bytes: number) => void): Buffer {
  count(bytes.length);
  return bytes;
}

async function happen(fault: BodyFault, end: AbortSignal): Promise<void> {
  switch (fault.kind) {
    case 'reset':
      throw new BrokenConnection('the body breaks off');
    case 'slow':
      return systemClock.sleep(fault.waitMs, end);
    case 'stall':
      return new Promise((_resolve, reject) => {
        end.addEventListener('abort', () => reject(new BrokenConnection('the proxy ends')));
      });
  }
}

/** A body with another byte at its end. */
export async function* damageBody(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer | undefined;
  for await (const chunk of source) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (held === undefined || held.length === 0) return;
  const damaged = Buffer.from(held);
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
  yield damaged;
}
