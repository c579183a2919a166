/** A place for the cache of a build, as BuildKit writes it: `type=registry,ref=registry.example.com/cache`. */
export interface CachePlace {
  /** `registry` where none is named. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * Reads a place for a cache. A mere reference stands for a registry, as it does for BuildKit.
 *
 * @example parseCachePlace('registry.example.com/cache').type // 'registry'
 */
export function parseCachePlace(text: string): CachePlace {
  if (!text.includes('=')) return { type: 'registry', fields: new Map([['ref', text]]) };
  const fields = new Map(
    text.split(',').map((field) => {
      const [name = '', ...value] = field.split('=');
      return [name.trim(), value.join('=')];
    }),
  );
  return { type: fields.get('type') ?? 'registry', fields };
}
