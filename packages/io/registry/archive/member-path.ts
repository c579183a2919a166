/**
 * The path of a member below the root of its archive, written one way only.
 *
 * @example tryNormalisePath('./blobs//sha256/') // 'blobs/sha256'
 * @returns undefined for one that leaves the archive: absolute, or with `..` anywhere
 */
export function tryNormalisePath(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\0')) return undefined;
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.includes('..') ? undefined : segments.join('/');
}

/**
 * What a symbolic link in an archive points to, from the root of the archive.
 *
 * @example tryResolveLink('ab/layer.tar', '../cd/layer.tar') // 'cd/layer.tar'
 * @returns undefined when it leads out of the archive
 */
export function tryResolveLink(path: string, target: string): string | undefined {
  if (target.startsWith('/') || target.includes('\0')) return undefined;
  const resolved = path.split('/').slice(0, -1);
  for (const segment of target.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') resolved.push(segment);
    else if (resolved.pop() === undefined) return undefined;
  }
  return resolved.join('/');
}
