/** What strings that look like image references are put together from, whole and broken. */
const hosts = [
  ...['localhost', 'LOCALHOST', 'Localhost', 'docker.io', 'index.docker.io', 'Docker.io'],
  ...['registry-1.docker.io', 'r.example.com', 'R.Example.com', 'a.b', 'a', 'A', 'team', 'Team'],
  ...[
    '127.0.0.1',
    '1.2.3',
    '0x7f.1',
    '[::1]',
    '[fe80::1%eth0]',
    '[::FFFF:1]',
    '[:::]',
    '[]',
    '::1',
  ],
  ...['a_b.example', 'a__b.c', 'a.b_c', 'a-b.c', 'a--b.c', '-a.b', 'a-.b', 'a..b', '.a', 'a.'],
  ...[
    'größe.example',
    'ＡＢ.c',
    'xn--bcher-kva.example',
    `${'a'.repeat(63)}.b`,
    'x.'.repeat(150) + 'x',
  ],
];
const ports = [
  '',
  '',
  ':5000',
  ':0',
  ':65536',
  ':123456',
  ':00080',
  ':',
  ':-1',
  ':a',
  ':5000:1',
  ':５',
];
const parts = [
  ...['a', 'app', 'library', 'team', 'orders', '0', 'a-b', 'a--b', 'a---b', 'a_b', 'a__b', 'a___b'],
  ...[
    'a.b',
    'a..b',
    'a._b',
    'a-_b',
    '-a',
    'a-',
    '_a',
    'a_',
    '.a',
    'a.',
    '',
    'A',
    'aB',
    'größe',
    'a b',
  ],
  ...['localhost', 'docker.io', 'a'.repeat(64), '0123456789abcdef'.repeat(4), 'v2', '..', '.'],
];
const tags = [
  ...[
    'latest',
    '1.4.0-rc.1',
    '1.4.0+build',
    '_',
    '_x',
    '.x',
    '-x',
    'x.',
    'X',
    'ä',
    '',
    '1:2',
    'a/b',
  ],
  ...['t'.repeat(127), 't'.repeat(128), 't'.repeat(129), 'a'.repeat(64), '5000', ' ', 'a\n'],
];
const algorithms = [
  ...['sha256', 'sha256', 'sha384', 'sha512', 'SHA256', 'md5', 'sha1', 'blake3', 'sha256+b64', ''],
  ...['sha256.sha512', 'sha-256', '256sha'],
];
const digestLengths = [64, 64, 64, 96, 96, 128, 128, 0, 31, 32, 40, 63, 65, 127, 129];
const digits = ['0123456789abcdef', '0123456789abcdef', 'a', '0', 'ABCDEF', 'abcdefg', '=-_'];
const alphabet = Array.from('abzAZ019.:/@-_[]+ %\\?#\n\t\0ä０Ｋ\u{1f433}\u212a');

/**
 * One string that is an image reference, or nearly one, or not at all.
 *
 * @param random from 0 to 1, as Math.random
 * @example makeReferenceForm(createRandom(1)) // 'R.Example.com:5000/team/a__b@sha256:0123…'
 */
export function makeReferenceForm(random: () => number): string {
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new Error('there is nothing to pick from');
    return found;
  };
  const chance = (share: number): boolean => random() < share;
  const tame = <T>(from: readonly T[]): T => pick(chance(0.6) ? from.slice(0, 3) : from);
  const host = chance(0.6) ? `${tame(hosts)}${tame(ports)}/` : '';
  const count = 1 + Math.floor(random() * random() * 5);
  const path = Array.from({ length: count }, () => tame(parts)).join('/');
  const long = chance(0.08) ? `${chance(0.5) ? '/' : ''}${'a'.repeat(230 + random() * 30)}` : '';
  const tag = chance(0.4) ? `:${tame(tags)}` : '';
  const digest = chance(0.35) ? `@${tame(algorithms)}:${makeHex(pick)}` : '';
  const whole = `${host}${path}${long}${tag}${digest}`;
  return mutate(whole, chance(0.6) ? 0 : 1 + Math.floor(random() * 3), random, pick);
}

type Pick = <T>(from: readonly T[]) => T;

function makeHex(pick: Pick): string {
  const length = pick(digestLengths);
  const from = pick(digits);
  return from.repeat(Math.ceil(length / from.length)).slice(0, length);
}

/** Changes single characters, or repeats or drops a piece. */
function mutate(text: string, times: number, random: () => number, pick: Pick): string {
  if (times === 0) return text;
  const at = Math.floor(random() * (text.length + 1));
  const end = Math.min(text.length, at + 1 + Math.floor(random() * random() * 20));
  const changed = pick([
    () => text.slice(0, at) + pick(alphabet) + text.slice(at),
    () => text.slice(0, at) + pick(alphabet) + text.slice(end),
    () => text.slice(0, at) + text.slice(end),
    () => text.slice(0, end) + text.slice(at),
    () => text.slice(0, at) + text.slice(at, end).toUpperCase() + text.slice(end),
  ])();
  return mutate(changed, times - 1, random, pick);
}
