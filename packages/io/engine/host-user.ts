/**
 * The user that runs this, as docker takes one.
 *
 * @example readHostUser() // '1001:118'
 * @returns undefined where users have no numbers
 */
export function readHostUser(): string | undefined {
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  return user === undefined || group === undefined ? undefined : `${user}:${group}`;
}
