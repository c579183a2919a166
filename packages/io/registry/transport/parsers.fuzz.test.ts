import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { formatReference, parseReference } from '@slipway/core/image-ref';
import { forEachTrial, hostileText, mutateJson, mutateText } from '@slipway/testing/fuzz';
import { findHostEntry, findNearestEntry, readEntry } from './auth-file.js';
import { parseChallenges } from './challenge.js';
import type { Credential } from './credential.js';
import { isLoopbackHost } from './endpoint.js';
import { parseRegistryAuth } from './registry-auth.js';
import {
  formatRegistryMessages,
  parseRegistryMessages,
  readProperty,
  tryParseJson,
} from './registry-error.js';

describe('challenges', () => {
  const headers = [
    'Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull,push"',
    'Basic realm="a \\"b\\"", Negotiate, Bearer realm=x',
  ];

  test('written by the rules are read as they were', async () => {
    await forEachTrial((choose) => {
      const value = hostileText(choose).replaceAll(/[\r\n\u2028\u2029]/g, '');
      const quoted = value.replaceAll(/["\\]/g, '\\$&');
      const comma = choose.of([',', ' , ', ',,\t']);
      const header = `Basic realm="x"${comma}Bearer scope="${quoted}"${comma}realm=y`;
      const [, bearer, ...others] = parseChallenges(header);
      const isRight =
        bearer?.parameters.get('scope') === value && bearer.parameters.get('realm') === 'y';
      if (!isRight || others.length > 0) throw new Error(header);
    });

    expect(parseChallenges(headers.join(', '))).toHaveLength(4);
  });

  test('broken by others are read as far as they go', async () => {
    let read = 0;

    await forEachTrial((choose) => {
      const header = mutateText(choose.of(headers), choose);
      const [first] = parseChallenges(header);
      read += first?.parameters.size ?? 0;
      if (!header.toLowerCase().includes(first?.scheme ?? '')) throw new Error(header);
    });

    expect(read).toBeGreaterThan(10);
  });
});

describe('what a registry says of its refusal', () => {
  const answers = [
    { errors: [{ code: 'DENIED', message: 'requested access is denied', detail: [{ a: 1 }] }] },
    { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'a\nb' }, { code: 'X' }], token: 'abc' },
  ];

  test('is one short line, whatever it is', async () => {
    await forEachTrial((choose) => {
      const json = mutateJson(choose.of(answers), choose, 0.2);
      const line = formatRegistryMessages(
        parseRegistryMessages(choose.chance(0.5) ? json : mutateText(json, choose)),
      );
      if (!/^\P{Cc}{0,300}$/u.test(line)) throw new Error(JSON.stringify(line));
    });

    expect(formatRegistryMessages(parseRegistryMessages(JSON.stringify(answers[0])))).toBe(
      'DENIED (requested access is denied)',
    );
  });
});

describe('a file of credentials', () => {
  const encode = (pair: string): string => Buffer.from(pair).toString('base64');
  const file = {
    auths: {
      'https://index.docker.io/v1/': { auth: encode('hub:pw') },
      'r.example.com': { auth: encode('ci:hunter2') },
      'r.example.com/team': { username: 'team', password: 'hunter22' },
      'https://r.example.com/v2/': { auth: encode('00000:'), identitytoken: 'hunter222' },
    },
    credHelpers: { 'ecr.example.com': 'ecr-login' },
  };

  test('gives a whole credential, none, or one sentence without secrets', async () => {
    const seen = { found: 0, refused: 0 };

    await forEachTrial((choose) => {
      const json = tryParseJson(mutateJson(file, choose, 0.1));
      const auths = readProperty(json, 'auths');
      const registry = choose.of(['r.example.com', 'docker.io', '__proto__', 'ecr.example.com']);
      const path = choose.of(['team/orders', 'team', 'a/b/c', '__proto__', '']);
      for (const entry of [
        findHostEntry(auths, registry),
        findNearestEntry(auths, registry, path),
      ]) {
        try {
          const credential = readEntry(entry, registry, '/home/ci/config.json');
          if (credential !== undefined) seen.found += 1;
          checkWhole(credential);
        } catch (error) {
          checkRefusal(error, /hunter/);
          seen.refused += 1;
        }
      }
    }, 2);

    expect(seen.found).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('and a line of registry-auth as well', async () => {
    await forEachTrial((choose) => {
      const line = mutateText('r.example.com:5000 ci hunter2', choose);
      try {
        const { registry, username } = parseRegistryAuth(line, 'registry-auth');
        if (registry === '' || /\s/.test(registry + username)) throw new Error(line);
      } catch (error) {
        checkRefusal(error, /hunter/);
      }
    });

    expect(parseRegistryAuth('r.example.com ci secret', 'x').username).toBe('ci');
  });
});

describe('a reference', () => {
  test('is read and written again as the same, or refused', async () => {
    let read = 0;

    await forEachTrial((choose) => {
      const text = mutateText(
        choose.of([
          'r.example.com:5000/team/orders:1.4.0',
          `a@sha256:${'a'.repeat(64)}`,
          '[::1]/a',
        ]),
        choose,
      );
      try {
        const reference = parseReference(text);
        const again = formatReference(parseReference(formatReference(reference)));
        if (again !== formatReference(reference)) throw new Error(again);
        isLoopbackHost(reference.repository.registry);
        read += 1;
      } catch (error) {
        checkRefusal(error, /^$/);
      }
    });

    expect(read).toBeGreaterThan(10);
  });
});

function checkWhole(credential: Credential | undefined): void {
  if (credential === undefined) return;
  const secret = credential.kind === 'password' ? credential.password : credential.token;
  if (secret.reveal() === '') throw new Error('an empty secret');
}

/** @param forbidden what must not be in any of it */
function checkRefusal(error: unknown, forbidden: RegExp): void {
  if (!(error instanceof SlipwayError) || error.code !== 'invalid-input') throw error;
  if (error.problems.length === 0) throw new Error('no problem is named');
  const told = JSON.stringify([error.message, error.problems]);
  if (forbidden.test(told)) throw new Error(told);
}
