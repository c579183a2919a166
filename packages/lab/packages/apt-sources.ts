/** Where apt gets packages from (sources.list(5)). */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The file with the keys that sign it. */
  readonly signedBy?: string;
  readonly isTrusted: boolean;
}

/** The releases of Debian by the names that sources give them; derived distributions have other names. */
const debianReleases = [
  ...['stable', 'oldstable', 'oldoldstable', 'testing', 'unstable', 'sid'],
  ...['bullseye', 'bookworm', 'trixie', 'forky', 'duke'],
];

/**
 * The sources of binary packages in a file of `/etc/apt`, in either of its two formats.
 *
 * @param name of the file: what ends in `.sources` is deb822
 * @example parseAptSources('a.list', 'deb http://deb.debian.org/debian bookworm main')
 * // [{ uri: 'http://deb.debian.org/debian', suites: ['bookworm'], components: ['main'], isTrusted: false }]
 */
export function parseAptSources(name: string, text: string): readonly AptSource[] {
  return name.endsWith('.sources') ? parseStanzas(text) : parseLines(text);
}

/**
 * The source that has Debian's own releases, of which any suite can be asked.
 *
 * @returns Debian's own server where the machine has none, as on a derived distribution
 */
export function chooseDebianSource(sources: readonly AptSource[]): AptSource {
  const found = sources.find(
    ({ uri, suites, components }) =>
      /^(?:https?|file|copy|ftp|mirror(?:\+\w+)?):/.test(uri) &&
      components.includes('main') &&
      suites.some((suite) => debianReleases.includes(suite)),
  );
  return (
    found ?? {
      uri: 'http://deb.debian.org/debian',
      suites: ['stable'],
      components: ['main'],
      isTrusted: false,
    }
  );
}

/**
 * The one source of an apt that knows nothing else (deb822).
 *
 * @param keyring used where the machine's source names no file with keys
 */
export function formatAptSource(source: AptSource, suite: string, keyring: string): string {
  const fields = {
    Types: 'deb',
    URIs: source.uri,
    Suites: suite,
    Components: 'main',
    Architectures: 'amd64',
    Targets: 'Packages',
    'Signed-By': source.signedBy ?? keyring,
    Trusted: source.isTrusted ? 'yes' : undefined,
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== undefined);
  return lines.map(([field, value]) => `${field}: ${value ?? ''}\n`).join('');
}

function parseStanzas(text: string): readonly AptSource[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const stanzas = lines.join('\n').split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = parseFields(stanza);
    const words = (field: string): readonly string[] => splitWords(fields.get(field) ?? '');
    if (!words('types').includes('deb') || fields.get('enabled') === 'no') return [];
    return words('uris').map((uri) => ({
      uri,
      suites: words('suites'),
      components: words('components'),
      ...toSignedBy(fields.get('signed-by')),
      isTrusted: fields.get('trusted') === 'yes',
    }));
  });
}

/** A line that begins with a blank goes on with the field before it. */
function parseFields(stanza: string): ReadonlyMap<string, string> {
  const fields = stanza.replaceAll(/\n[ \t]+/g, ' ').split('\n');
  return new Map(
    fields.flatMap((line) => {
      const parsed = /^(?<field>[\w-]+):(?<value>.*)$/.exec(line)?.groups;
      const [field, value] = [parsed?.['field'], parsed?.['value']];
      return field === undefined ? [] : [[field.toLowerCase(), (value ?? '').trim()] as const];
    }),
  );
}

function parseLines(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const parsed = /^deb\s+(?:\[(?<options>[^\]]*)\]\s+)?(?<rest>[^#]*)/.exec(line.trim())?.groups;
    const [uri, suite, ...components] = splitWords(parsed?.['rest'] ?? '');
    if (uri === undefined || suite === undefined) return [];
    const options = new Map(
      splitWords(parsed?.['options'] ?? '').map((option) => {
        const [name = '', value = ''] = option.split('=');
        return [name.toLowerCase(), value] as const;
      }),
    );
    return {
      uri,
      suites: [suite],
      components,
      ...toSignedBy(options.get('signed-by')),
      isTrusted: options.get('trusted') === 'yes',
    };
  });
}

/** What is no path is the key itself: a source like that is checked against Debian's own keys. */
function toSignedBy(value: string | undefined): { readonly signedBy?: string } {
  return value?.startsWith('/') === true ? { signedBy: value } : {};
}

function splitWords(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
