import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@slipway/io/clock';
import type { ServerKeys, SignerKeys } from '../keys/index.js';
import { createSigner, parseScopes, type Access } from './token.js';

/** Who is known to a token service, and what it does that another does not. */
export interface TokenRules {
  readonly username: string;
  readonly password: string;
  /** Taken as `refresh_token` in the form of OAuth 2, in place of the password. */
  readonly identityToken?: string;
  /** 300 when absent. */
  readonly lifetimeS?: number;
  /** It knows no form: a POST is answered with 404, as registries do that have only the GET. */
  readonly isGetOnly?: boolean;
  /** It reads the first scope, and no other. */
  readonly readsFirstScopeOnly?: boolean;
  /** Who asks for two repositories at once gets nothing. */
  readonly refusesPairs?: boolean;
  /** Who gives no name may pull. */
  readonly letsAnybodyPull?: boolean;
  /** What the token is called in the answer; `token` when absent. */
  readonly field?: 'token' | 'access_token';
}

/** One question to the service, without its secrets. */
export interface TokenQuestion {
  readonly method: string;
  readonly scopes: readonly string[];
  /** How the asker said who it is. */
  readonly by: 'nobody' | 'password' | 'identity-token';
  readonly status: number;
}

/** A service that issues bearer tokens as distribution's token specification describes it. */
export interface TokenService {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  readonly questions: readonly TokenQuestion[];
  /** A token for tests that speak to the registry themselves. */
  issue(access: readonly Access[]): string;
  close(): Promise<void>;
}

export interface TokenServiceOptions {
  readonly rules: TokenRules;
  readonly signer: SignerKeys;
  /** For how long the registry takes a token after its end: that much earlier it ends. */
  readonly leewayS: number;
  readonly tls?: ServerKeys;
}

const service = 'test-registry';
const issuer = 'test-token-service';
/** A token is older than any difference between clocks, and than the leeway taken from its end. */
const ageS = 3600;

interface Question {
  readonly scopes: readonly string[];
  readonly service: string | null;
  readonly by: TokenQuestion['by'];
  readonly isKnown: boolean;
}

/** Starts the service on a free loopback port. */
export async function startTokenService(options: TokenServiceOptions): Promise<TokenService> {
  const { rules, tls } = options;
  const signClaims = createSigner(options.signer);
  const questions: TokenQuestion[] = [];
  const lifetimeS = rules.lifetimeS ?? 300;
  const issue = (access: readonly Access[]): string => {
    const now = Math.floor(systemClock.now().getTime() / 1000);
    const expiresAt = now + lifetimeS - options.leewayS;
    return signClaims({ issuer, audience: service, access, issuedAt: now - ageS, expiresAt });
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? '';
    const question = await readQuestion(request, rules);
    const status = judge(method, question, rules);
    questions.push({ method, scopes: question.scopes, by: question.by, status });
    const token = status === 200 ? issue(grant(question, rules)) : undefined;
    const given = token === undefined ? {} : { [rules.field ?? 'token']: token };
    const refresh = method === 'POST' && token !== undefined ? rules.identityToken : undefined;
    const body = token === undefined ? { details: 'refused' } : { expires_in: lifetimeS };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...given, ...body, refresh_token: refresh }));
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => request.socket.destroy());
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer(
          { key: readFileSync(tls.key), cert: readFileSync(tls.certificate) },
          listener,
        );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const realm = `${tls === undefined ? 'http' : 'https'}://localhost:${port}/token`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { realm, service, issuer, questions, issue, close };
}

function judge(method: string, question: Question, rules: TokenRules): number {
  if (method === 'POST' && rules.isGetOnly === true) return 404;
  if (method !== 'POST' && method !== 'GET') return 405;
  if (question.service !== service) return 400;
  if (rules.refusesPairs === true && question.scopes.length > 1) return 403;
  if (question.by === 'nobody') return rules.letsAnybodyPull === true ? 200 : 401;
  return question.isKnown ? 200 : 401;
}

/** Who is not known gets a token that lets pull; everybody else what they ask for. */
function grant({ scopes, by }: Question, rules: TokenRules): readonly Access[] {
  const asked = parseScopes(rules.readsFirstScopeOnly === true ? scopes.slice(0, 1) : scopes);
  if (by !== 'nobody') return asked;
  return asked.map((access) => ({
    ...access,
    actions: access.actions.filter((action) => action === 'pull'),
  }));
}

async function readQuestion(request: IncomingMessage, rules: TokenRules): Promise<Question> {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method !== 'POST') {
    const basic = readBasic(request.headers.authorization);
    const isKnown =
      basic === `${rules.username}:${rules.password}` ||
      (rules.identityToken !== undefined && basic === `${rules.username}:${rules.identityToken}`);
    return {
      scopes: searchParams.getAll('scope'),
      service: searchParams.get('service'),
      by: basic === undefined ? 'nobody' : 'password',
      isKnown,
    };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const isRefresh = form.get('grant_type') === 'refresh_token';
  const isKnown = isRefresh
    ? rules.identityToken !== undefined && form.get('refresh_token') === rules.identityToken
    : form.get('grant_type') === 'password' &&
      form.get('username') === rules.username &&
      form.get('password') === rules.password;
  return {
    scopes: (form.get('scope') ?? '').split(' ').filter((scope) => scope !== ''),
    service: form.get('service'),
    by: isRefresh ? 'identity-token' : 'password',
    isKnown,
  };
}

function readBasic(header: string | undefined): string | undefined {
  const encoded = /^Basic (?<pair>.+)$/i.exec(header ?? '')?.groups?.['pair'];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
