import { describe, expect, test } from '@jest/globals';
import { chooseDebianSource, formatAptSource, parseAptSources } from './apt-sources.js';
import { formatAptConfig } from './suite.js';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const deb822 = `# the machine's own
Types: deb deb-src
# http://snapshot.debian.org/archive/debian
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: ${keyring}

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Enabled: no

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
`;

describe('parseAptSources', () => {
  test('reads stanzas, without those that are disabled or have only sources', () => {
    const sources = parseAptSources('debian.sources', deb822);

    expect(sources).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
        signedBy: keyring,
        isTrusted: false,
      },
    ]);
  });

  test.each([
    [
      'a plain line',
      'deb http://deb.debian.org/debian bookworm main # ours',
      { suites: ['bookworm'], components: ['main'], isTrusted: false },
    ],
    [
      'a line with options',
      '  deb [ arch=amd64 signed-by=/keys.gpg trusted=yes ] http://deb.debian.org/debian sid main non-free',
      { suites: ['sid'], components: ['main', 'non-free'], signedBy: '/keys.gpg', isTrusted: true },
    ],
  ])('reads %s', (_name, line, expected) => {
    const sources = parseAptSources('sources.list', `# a comment\n${line}\n`);

    expect(sources).toEqual([{ uri: 'http://deb.debian.org/debian', ...expected }]);
  });

  test.each([
    ['sources only', 'deb-src http://deb.debian.org/debian bookworm main'],
    ['a comment', '# deb http://deb.debian.org/debian bookworm main'],
    ['nothing', ''],
  ])('finds none in %s', (_name, line) => {
    expect(parseAptSources('sources.list', line)).toEqual([]);
  });

  test('a key that is written out is not taken for a file', () => {
    const text =
      'Types: deb\nURIs: http://a\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN';

    expect(parseAptSources('a.sources', text)[0]).not.toHaveProperty('signedBy');
  });
});

describe('chooseDebianSource', () => {
  test.each([
    [
      'passes over what others offer',
      [
        'deb https://packages.example/apt cloud-sdk-bookworm main',
        'deb http://mirror.example/debian-security bookworm-security main',
        'deb http://mirror.example/debian bookworm main',
      ],
      'http://mirror.example/debian',
    ],
    [
      'takes Debian’s own server where the machine is something else',
      ['deb http://archive.example/ubuntu noble main'],
      'http://deb.debian.org/debian',
    ],
    [
      'cannot use a disc',
      ['deb cdrom:[Debian]/ bookworm main', 'deb https://second.example/debian stable main'],
      'https://second.example/debian',
    ],
  ])('%s', (_name, lines, expected) => {
    const sources = parseAptSources('sources.list', lines.join('\n'));

    expect(chooseDebianSource(sources).uri).toBe(expected);
  });
});

test('the source of another suite has the mirror and the keys of the machine', () => {
  const [source] = parseAptSources('debian.sources', deb822);
  if (source === undefined) throw new Error('no source');

  const text = formatAptSource({ ...source, signedBy: '/own-keys.gpg' }, 'trixie', keyring);

  expect(text).toBe(`Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Architectures: amd64
Targets: Packages
Signed-By: /own-keys.gpg
`);
});

test.each([
  ['its lists', 'Dir::State::Lists "/cache/x.apt/state/lists";'],
  ['what is installed', 'Dir::State::Status "/cache/x.apt/status";'],
  ['its one source', 'Dir::Etc::SourceList "/cache/x.apt/debian.sources";'],
])('an apt of its own keeps %s in its folder', (_name, line) => {
  expect(formatAptConfig('/cache/x.apt').split('\n')).toContain(line);
});
