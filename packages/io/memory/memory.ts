import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the space for young objects at its first size. It would grow to 48 MB while a large image goes through,
 * for objects that are of no use after a millisecond; a short process that handles streams needs none of that.
 * Measured: a copy of 2 GiB peaks at 110 MB instead of 135, and takes no longer.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
