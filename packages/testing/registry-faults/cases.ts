import type { Fault, FaultRule } from '../registry/index.js';

/** Where in a push or a copy something goes wrong. */
type Position = keyof typeof positions;

/** What a fault needs to be told apart by: the addresses of one stage. */
export interface FaultPlace {
  /** The challenge of the registry's token service. */
  readonly challenge: string;
  /** The other origin that a redirect leads to. */
  readonly store: string;
}

export interface FaultCase {
  /** `copy: 429 with Retry-After, once, at blob upload` */
  readonly name: string;
  readonly verb: 'push' | 'copy' | 'copy inside one registry';
  readonly position: Position;
  readonly fault: string;
  readonly frequency: 'once' | 'always';
  /** It passes by itself: whoever tries again must succeed. */
  readonly mustComplete: boolean;
  /** What an error that it ends in has to tell, besides addresses. */
  readonly cause: RegExp;
}

interface PositionFacts {
  readonly side: 'source' | 'target';
  readonly method: string;
  readonly path: RegExp;
  /** Which bodies there are to go wrong. */
  readonly body: 'request' | 'answer' | 'none';
  readonly verbs: readonly FaultCase['verb'][];
}

const everywhere = ['push', 'copy'] as const;
const inCopies = ['copy'] as const;

const positions = {
  'blob HEAD': at('target', 'HEAD', /\/blobs\/sha256:/, 'none'),
  'blob upload opened': at('target', 'POST', /\/blobs\/uploads\//, 'none'),
  'blob upload': at('target', 'PUT', /\/blobs\/uploads\//, 'request'),
  'manifest HEAD': at('target', 'HEAD', /\/manifests\/sha256:/, 'none'),
  'manifest PUT': at('target', 'PUT', /\/manifests\/sha256[:-]/, 'request'),
  'tag HEAD': at('target', 'HEAD', /\/manifests\/1\.4\.0$/, 'none'),
  'tag PUT': at('target', 'PUT', /\/manifests\/1\.4\.0$/, 'request'),
  'blob download': at('source', 'GET', /\/blobs\/sha256:/, 'answer', inCopies),
  'manifest GET': at('source', 'GET', /\/manifests\/sha256:/, 'answer', inCopies),
  'referrers GET': at('source', 'GET', /\/referrers\//, 'answer', inCopies),
  'tag list': at('source', 'GET', /\/tags\/list/, 'answer', inCopies),
  'repository GET': at('target', 'GET', /\/tags\/list\?n=1$/, 'answer'),
  ping: at('target', 'GET', /^\/v2\/$/, 'none'),
  mount: at('target', 'POST', /\?.*mount=/, 'none', ['copy inside one registry']),
} as const satisfies Record<string, PositionFacts>;

function at(
  side: PositionFacts['side'],
  method: string,
  path: RegExp,
  body: PositionFacts['body'],
  verbs: PositionFacts['verbs'] = everywhere,
): PositionFacts {
  return { side, method, path, body, verbs };
}

interface FaultFacts {
  readonly make: (place: FaultPlace) => Fault;
  readonly isPossible: (position: PositionFacts, name: string) => boolean;
  /** Nothing is wrong with it: it may last. */
  readonly isHarmless?: boolean;
  /** The registry's word against its own bytes: an error is an answer, too. */
  readonly isDoubtful?: boolean;
  readonly cause: RegExp;
}

const anywhere = (): boolean => true;
const inAnswers = ({ body }: PositionFacts): boolean => body === 'answer';
const inRequests = ({ body }: PositionFacts): boolean => body === 'request';
const broken = /ECONNRESET|EPIPE|socket hang up|broke|closed|aborted|terminated/i;

const faults: Readonly<Record<string, FaultFacts>> = {
  '429 with Retry-After': status(429, { 'retry-after': '2' }),
  '429 without Retry-After': status(429),
  '500': status(500),
  '502': status(502),
  '503': status(503),
  '504': status(504),
  'a reset before': { make: () => ({ kind: 'reset-before' }), isPossible: anywhere, cause: broken },
  'a reset after': { make: () => ({ kind: 'reset-after' }), isPossible: anywhere, cause: broken },
  'a reset in the request': {
    make: () => ({ kind: 'request-body', fault: { kind: 'reset', afterBytes: 20 } }),
    isPossible: inRequests,
    cause: broken,
  },
  'a reset in the answer': {
    make: () => ({ kind: 'answer-body', fault: { kind: 'reset', afterBytes: 5 } }),
    isPossible: inAnswers,
    cause: broken,
  },
  'a body cut short': {
    make: () => ({ kind: 'truncate', bytes: 5, isHonest: false }),
    isPossible: inAnswers,
    cause: broken,
  },
  'a body that is shorter': {
    make: () => ({ kind: 'truncate', bytes: 5, isHonest: true }),
    isPossible: inAnswers,
    isDoubtful: true,
    cause: /\d+ bytes|ended too early|sha256:\w+ .*sha256:|no JSON/,
  },
  'a damaged body': {
    make: () => ({ kind: 'damage' }),
    isPossible: inAnswers,
    isDoubtful: true,
    cause: /sha256:\w+ .*sha256:|no JSON/,
  },
  'a slow answer': {
    make: () => ({ kind: 'answer-body', fault: { kind: 'slow', afterBytes: 5, waitMs: 30 } }),
    isPossible: inAnswers,
    isHarmless: true,
    cause: /^$/,
  },
  'a slow request': {
    make: () => ({ kind: 'request-body', fault: { kind: 'slow', afterBytes: 20, waitMs: 30 } }),
    isPossible: inRequests,
    isHarmless: true,
    cause: /^$/,
  },
  'an answer that stalls': {
    make: () => ({ kind: 'answer-body', fault: { kind: 'stall', afterBytes: 5 } }),
    isPossible: inAnswers,
    cause: /nothing|idle|silent|stall|timed? ?out|no answer/i,
  },
  'a request that stalls': {
    make: () => ({ kind: 'request-body', fault: { kind: 'stall', afterBytes: 20 } }),
    isPossible: inRequests,
    cause: /nothing|idle|silent|stall|timed? ?out|no answer/i,
  },
  'another digest': {
    make: () => ({
      kind: 'headers',
      headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
    }),
    isPossible: (_position, name) => /manifest|tag/.test(name),
    isDoubtful: true,
    cause: /sha256:0{64}/,
  },
  'a mount that did not happen': {
    make: () => ({ kind: 'pretend-mount' }),
    isPossible: (_position, name) => name === 'mount',
    isHarmless: true,
    cause: /^$/,
  },
  '401 with a challenge': {
    make: ({ challenge }) => ({
      kind: 'answer',
      answer: { status: 401, headers: { 'www-authenticate': challenge } },
    }),
    isPossible: anywhere,
    cause: /401|denied|credential/,
  },
  'a redirect to another origin': {
    make: ({ store }) => ({ kind: 'redirect', origin: store }),
    isPossible: (_position, name) => name === 'blob download',
    isHarmless: true,
    cause: /^$/,
  },
  latency: {
    make: () => ({ kind: 'delay', ms: 20 }),
    isPossible: anywhere,
    isHarmless: true,
    cause: /^$/,
  },
};

function status(code: number, headers: Readonly<Record<string, string>> = {}): FaultFacts {
  const errors = [{ code: code === 429 ? 'TOOMANYREQUESTS' : 'UNKNOWN', message: 'not now' }];
  const body = JSON.stringify({ errors });
  return {
    make: () => ({ kind: 'answer', answer: { status: code, headers, body } }),
    isPossible: anywhere,
    cause: new RegExp(`\\b${code}\\b`),
  };
}

/** Every fault at every place where it can happen, once and for ever. */
export const faultCases: readonly FaultCase[] = Object.entries(positions).flatMap(
  ([position, facts]) =>
    Object.entries(faults)
      .filter(([, { isPossible }]) => isPossible(facts, position))
      .flatMap(([fault, { isHarmless = false, isDoubtful = false, cause }]) =>
        facts.verbs.flatMap((verb) =>
          (['once', 'always'] as const).map((frequency) => ({
            name: `${verb}: ${fault}, ${frequency}, at ${position}`,
            verb,
            position: position as Position,
            fault,
            frequency,
            mustComplete: isHarmless || (frequency === 'once' && !isDoubtful),
            cause,
          })),
        ),
      ),
);

/** Which requests a case breaks, on which side. */
export function describeFault(
  { position, fault, frequency }: FaultCase,
  place: FaultPlace,
): { readonly side: 'source' | 'target'; readonly rule: FaultRule } {
  const { side, method, path } = positions[position];
  const facts = faults[fault];
  if (facts === undefined) throw new Error(`there is no fault ${fault}`);
  const times = frequency === 'once' ? { times: 1 } : {};
  return { side, rule: { method, path, ...times, fault: facts.make(place) } };
}

/** Some of all cases, the same for the same numbers: one for each fault and verb. */
export function sampleCases(random: () => number): readonly FaultCase[] {
  const groups = new Map<string, FaultCase[]>();
  for (const each of faultCases) {
    const key = `${each.fault} ${each.verb}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => group[Math.floor(random() * group.length)] ?? []);
}
