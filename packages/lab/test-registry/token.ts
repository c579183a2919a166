import { X509Certificate, createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SignerKeys } from '../keys/index.js';

/** What may be done with one repository (distribution's token specification, “access”). */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

export interface Claims {
  readonly issuer: string;
  readonly audience: string;
  readonly access: readonly Access[];
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const scopePattern = /^(?<type>[a-z]+):(?<name>[^:]+(?::\d+\/[^:]+)?):(?<actions>[a-z*,]*)$/;

/**
 * Reads scopes as clients write them: several parameters, or several in one with spaces between.
 *
 * @example parseScopes(['repository:a:pull,push repository:b:pull']) // two of them
 */
export function parseScopes(texts: readonly string[]): readonly Access[] {
  const scopes = texts.flatMap((text) => text.split(' ')).filter((text) => text !== '');
  return scopes.flatMap((scope) => {
    const { type, name, actions } = scopePattern.exec(scope)?.groups ?? {};
    if (type === undefined || name === undefined || actions === undefined) return [];
    return [{ type, name, actions: actions.split(',') }];
  });
}

/** Signs tokens with the key whose certificate the registries trust. */
export function createSigner({ certificate, key }: SignerKeys): (claims: Claims) => string {
  const privateKey = createPrivateKey(readFileSync(key));
  const { raw } = new X509Certificate(readFileSync(certificate));
  const header = { typ: 'JWT', alg: 'ES256', x5c: [raw.toString('base64')] };
  return (claims) => formatToken(header, claims, privateKey);
}

/** A JSON Web Token (RFC 7515) with the claims of distribution's token specification. */
function formatToken(header: object, claims: Claims, key: KeyObject): string {
  const payload = {
    iss: claims.issuer,
    sub: 'test',
    aud: claims.audience,
    exp: claims.expiresAt,
    nbf: claims.issuedAt,
    iat: claims.issuedAt,
    jti: randomUUID(),
    access: claims.access,
  };
  const signed = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
