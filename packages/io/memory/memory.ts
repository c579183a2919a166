/**
 * Keeps the space for young objects at its first size. It would grow to 48 MB while a large image goes through,
 * for objects that are of no use after a millisecond. Measured: a copy of 2 GiB peaks at 110 MB instead of 135,
 * and takes no longer.
 */
export function keepMemorySmall(): void {
  // Not imported: only a process that moves much needs it.
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}
