import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { formatReference, parseReference } from '@slipway/core/image-ref';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '@slipway/lab/build';
import { createRandom } from '@slipway/testing/random';
import { makeReferenceForm } from './reference-forms.js';

/** What a judge makes of a string: every field, or that it is no reference. */
type Verdict =
  | { readonly invalid: true }
  | {
      readonly invalid: false;
      readonly registry: string;
      readonly path: string;
      readonly tag: string;
      readonly digest: string;
    };

export interface Comparison {
  readonly valid: number;
  readonly invalid: number;
  /** Those that distribution reads as a repository in no registry: the one difference that is meant. */
  readonly withoutRegistry: number;
  /** Strings about which the two are not of one mind, with both verdicts; the first ones. */
  readonly differences: readonly string[];
}

const batchSize = 20_000;
const shownDifferences = 20;

/** Asks distribution/reference and ourselves about the same strings. */
export async function compareReferences(
  forms: readonly string[],
  log: (line: string) => void = () => undefined,
): Promise<Comparison> {
  const folder = await ensureProgram('reference-oracle', log);
  const input = forms.map((form) => `${JSON.stringify(form)}\n`).join('');
  const { stdout } = await runCommand([join(folder, 'reference-oracle')], { input });
  const theirs = stdout.trimEnd().split('\n');
  if (theirs.length !== forms.length) {
    throw new Error(`${forms.length} forms were asked about and ${theirs.length} judged`);
  }
  const counts = { valid: 0, invalid: 0, withoutRegistry: 0 };
  const differences: string[] = [];
  for (const [index, form] of forms.entries()) {
    const verdict = readVerdict(theirs[index] ?? '');
    const ours = judge(form);
    counts[verdict.invalid ? 'invalid' : 'valid'] += 1;
    if (!verdict.invalid && verdict.registry === '') {
      counts.withoutRegistry += 1;
      if (ours === '{"invalid":true}') continue;
    }
    const expected = JSON.stringify(verdict);
    if (ours !== expected && differences.length < shownDifferences)
      differences.push(`${JSON.stringify(form)}: distribution ${expected}, Slipway ${ours}`);
  }
  return { ...counts, differences };
}

/** A number of seeded strings in batches, so that memory does not grow with their number. */
export async function compareRandomReferences(seed: number, trials: number): Promise<Comparison> {
  const random = createRandom(seed);
  let sum: Comparison = { valid: 0, invalid: 0, withoutRegistry: 0, differences: [] };
  for (let done = 0; done < trials; done += batchSize) {
    const length = Math.min(batchSize, trials - done);
    const found = await compareReferences(Array.from({ length }, () => makeReferenceForm(random)));
    sum = {
      valid: sum.valid + found.valid,
      invalid: sum.invalid + found.invalid,
      withoutRegistry: sum.withoutRegistry + found.withoutRegistry,
      differences: [...sum.differences, ...found.differences].slice(0, shownDifferences),
    };
  }
  return sum;
}

/** `npm run reliability -- references` */
export async function runReferences(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  print(`seed ${seed}: ${trials} strings, each asked of distribution/reference and of Slipway`);
  const { valid, invalid, withoutRegistry, differences } = await compareRandomReferences(
    seed,
    trials,
  );
  for (const difference of differences) print(`✘ ${difference}`);
  print(`${valid} valid (${withoutRegistry} of them in no registry, refused here), ${invalid} not`);
  const isRight = differences.length === 0 && valid > 0 && invalid > 0;
  print(`references: ${isRight ? 'of one mind about all of them' : 'they differ'}`);
  return isRight;
}

/** Our verdict as JSON; anything thrown that users cannot be shown is thrown on. */
function judge(form: string): string {
  try {
    const reference = parseReference(form);
    const again = parseReference(formatReference(reference));
    if (JSON.stringify(again) !== JSON.stringify(reference)) {
      return `something else when it is read again: ${formatReference(again)}`;
    }
    const { repository, tag = '', digest = '' } = reference;
    return JSON.stringify({ invalid: false, ...repository, tag, digest } satisfies Verdict);
  } catch (error) {
    if (error instanceof SlipwayError) return '{"invalid":true}';
    throw error;
  }
}

function readVerdict(line: string): Verdict {
  const verdict: unknown = JSON.parse(line);
  if (!isVerdict(verdict)) throw new Error(`the oracle says ${line}`);
  return verdict.invalid ? { invalid: true } : verdict;
}

function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && 'invalid' in value && 'registry' in value;
}
