/**
 * The version that a program tells; undefined for one that was built by hand and has none.
 *
 * @example tryReadVersion('{"clientVersion": {"gitVersion": "v1.34.5+k3s1"}}') // '1.34.5'
 * @example tryReadVersion('(devel)') // undefined
 */
export function tryReadVersion(said: string): string | undefined {
  return /\bv?(?<version>\d+\.\d+(?:\.\d+)?)/.exec(said)?.groups?.['version'];
}

/** @example isOlder('1.9.3', '1.27') // true */
export function isOlder(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
