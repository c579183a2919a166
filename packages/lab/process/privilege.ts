/**
 * The command line for something that only root may do: as it is for root, else through sudo, which must
 * not ask for a password.
 *
 * @example asRoot(['ip', 'link'], 1000) // ['sudo', '-n', 'ip', 'link']
 */
export function asRoot(
  argv: readonly [string, ...string[]],
  userId = process.getuid?.(),
): readonly [string, ...string[]] {
  return userId === 0 ? argv : ['sudo', '-n', ...argv];
}
