import { SlipwayError, invalidInput } from '@slipway/core/errors';
import { Secret } from '@slipway/core/secret';
import { CommandError, runCommand } from '../../command/index.js';
import { passwordCredential, type Credential } from './credential.js';
import { readText, tryParseJson } from './registry-error.js';

const helperTimeoutMs = 30_000;
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Which helper to ask, and for what. */
export interface HelperQuestion {
  /** `docker-credential-<name>` */
  readonly name: string;
  /** What the helper knows the registry by. */
  readonly serverKey: string;
  readonly registry: string;
  /** The file that names the helper, for errors. */
  readonly file: string;
  /** Whether it is the helper of just this host, and not the one for all. */
  readonly isOfHost: boolean;
}

/**
 * The credential that a helper keeps (docker/docker-credential-helpers: `get`, the server on standard input);
 * undefined when it has none.
 *
 * @throws SlipwayError `registry-denied` when it does not work, `invalid-input` when its name cannot be one
 */
export async function askHelper(
  question: HelperQuestion,
  signal?: AbortSignal,
): Promise<Credential | undefined> {
  const { name, serverKey, file } = question;
  if (!namePattern.test(name)) {
    const expected = 'the name of a credential helper, such as ecr-login';
    throw invalidInput([{ subject: file, given: name, expected }]);
  }
  const program = `docker-credential-${name}`;
  try {
    const { exitCode, stdout } = await runCommand([program, 'get'], {
      input: serverKey,
      timeoutMs: helperTimeoutMs,
      acceptExitCodes: [1],
      ...(signal === undefined ? {} : { signal }),
    });
    if (exitCode === 1) {
      // A helper for all hosts may have its own words for hosts that it does not know.
      if (!question.isOfHost || /credentials not found/i.test(stdout)) return undefined;
      throw refuse(program, question, 'exit-code');
    }
    const answer = tryParseJson(stdout);
    const secret = readText(answer, 'Secret') ?? '';
    if (secret === '') return undefined;
    return passwordCredential(readText(answer, 'Username') ?? '', Secret.of(secret), program);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    signal?.throwIfAborted();
    throw refuse(program, question, error.kind);
  }
}

/** What a helper wrote may hold a secret: only how it ended is told. */
function refuse(program: string, { registry, serverKey }: HelperQuestion, how: string): Error {
  return new SlipwayError(
    'registry-denied',
    `${program}, which keeps the credentials of ${registry}, does not work (${how})`,
    { fix: `Run “echo ${serverKey} | ${program} get”, or pass registry-auth.` },
  );
}
