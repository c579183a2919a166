import { canonicalJson } from '../canonical-json/index.js';
import { gateNames, type GateName } from '../config/index.js';
import { SlipwayError } from '../errors/index.js';
import { algorithmOf, hexOf, tryParseDigest, type Digest } from '../image-ref/index.js';

/** The media type of a statement without a signature, and the artifact type of its referrer. */
export const statementMediaType = 'application/vnd.in-toto+json';
/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const testResultPredicate = 'https://in-toto.io/attestation/test-result/v0.1';

/** RFC 3339, in any zone. */
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** in-toto's own, version 1. */
export const statementType = 'https://in-toto.io/Statement/v1';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a test result says beyond the predicate's own fields: the predicate's field `slipway`. */
export interface GateResult {
  readonly gate: GateName;
  /** Absent where the suite only has an exit code. */
  readonly tests?: TestCounts;
  /** Of the integration gate: what was live beside the candidate, service → image digest. */
  readonly neighbours?: Readonly<Record<string, Digest>>;
  readonly environment?: string;
  /** RFC 3339, when it ended. */
  readonly at: string;
  /** The workflow run, for people. */
  readonly run?: string;
}

export type TestVerdict = 'PASSED' | 'FAILED';

/** What a test result is about and what it says. */
export interface TestResult extends GateResult {
  /** The image, as people call it. */
  readonly name: string;
  /** The image that was tested, and no other. */
  readonly digest: Digest;
  readonly result: TestVerdict;
  /** What tested: the suite's image, a Dockerfile's stage. */
  readonly configuration: readonly { readonly name: string; readonly digest?: Digest }[];
  readonly failedTests?: readonly string[];
}

/**
 * The text of an in-toto Statement v1 with the predicate test-result v0.1: evidence about exactly one image.
 * The same result is the same text.
 *
 * @example formatTestResult({ gate: 'unit-tests', name: 'orders', digest, result: 'PASSED', … })
 */
export function formatTestResult(result: TestResult): string {
  const { name, digest, result: verdict, configuration, failedTests, ...gate } = result;
  return canonicalJson({
    _type: statementType,
    subject: [{ name, digest: formatDigestSet(digest) }],
    predicateType: testResultPredicate,
    predicate: {
      result: verdict,
      configuration: configuration.map((each) => ({
        name: each.name,
        ...(each.digest === undefined ? {} : { digest: formatDigestSet(each.digest) }),
      })),
      ...(failedTests === undefined ? {} : { failedTests }),
      slipway: gate,
    },
  });
}

/** What can be read of any in-toto statement. */
export interface Statement {
  readonly subjects: readonly Digest[];
  readonly predicateType: string;
  /** Present in a test result of this suite. */
  readonly testResult?: Pick<TestResult, 'result'> & GateResult;
}

/**
 * Reads an in-toto Statement v1.
 *
 * @param where how to name it in the error
 * @throws SlipwayError `evidence-invalid` when it is none
 */
export function parseStatement(text: string, where: string): Statement {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(where, 'it is not JSON', error);
  }
  if (!isRecord(value) || value['_type'] !== statementType) {
    throw invalid(where, `its _type is not ${statementType}`);
  }
  const { subject, predicateType, predicate } = value;
  if (!Array.isArray(subject) || typeof predicateType !== 'string') {
    throw invalid(where, 'it has no subject or no predicateType');
  }
  const subjects: readonly unknown[] = subject;
  const testResult = predicateType === testResultPredicate ? readTestResult(predicate) : undefined;
  return {
    subjects: subjects.flatMap(readDigest),
    predicateType,
    ...(testResult === undefined ? {} : { testResult }),
  };
}

function readTestResult(predicate: unknown): Statement['testResult'] {
  if (!isRecord(predicate) || !isGateResult(predicate['slipway'])) return undefined;
  const { result, slipway } = predicate;
  if (result !== 'PASSED' && result !== 'FAILED') return undefined;
  return { ...slipway, result };
}

function isGateResult(value: unknown): value is GateResult {
  if (!isRecord(value) || typeof value['at'] !== 'string' || !timePattern.test(value['at'])) {
    return false;
  }
  return gateNames.some((known) => known === value['gate']);
}

/** in-toto's DigestSet: a subject is what any of its digests names. */
function readDigest(subject: unknown): readonly Digest[] {
  if (!isRecord(subject) || !isRecord(subject['digest'])) return [];
  return Object.entries(subject['digest'])
    .map(([algorithm, hex]) => tryParseDigest(`${algorithm}:${String(hex)}`))
    .filter((digest) => digest !== undefined);
}

/** @example formatDigestSet(parseDigest('sha256:e3b0…')) // { sha256: 'e3b0…' } */
export function formatDigestSet(digest: Digest): Readonly<Record<string, string>> {
  return { [algorithmOf(digest)]: hexOf(digest) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(where: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError('evidence-invalid', `${where} is not an in-toto statement: ${why}`, {
    cause,
    fix: 'Attach the files that containerized-build and integration-gate write, unchanged.',
  });
}
