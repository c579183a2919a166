import { join } from 'node:path';
import { isRecord, textAt, type KubernetesObject } from '@slipway/core/manifest';
import { computeRollout } from '@slipway/core/rollout';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '@slipway/lab/build';
import { createRandom } from '@slipway/testing/random';
import { makeStatusObject } from './status-corpus.js';
import { statusDifferences, type Disagreement, type Judge } from './status-differences.js';

export interface StatusComparison {
  /** Objects on which we and the judge are of one mind, of those that it knows. */
  readonly agreed: Readonly<Record<Judge, number>>;
  readonly known: Readonly<Record<Judge, number>>;
  /** How often each difference that is meant was met, by name. */
  readonly meant: ReadonlyMap<string, number>;
  /** Disagreements that nobody has a reason for; the first ones. */
  readonly unexplained: readonly string[];
}

const shown = 20;

/** Asks kstatus, kubectl and ourselves about the same objects. */
export async function compareStatuses(
  objects: readonly KubernetesObject[],
  log: (line: string) => void = () => undefined,
): Promise<StatusComparison> {
  const folder = await ensureProgram('status-oracle', log);
  const input = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const { stdout } = await runCommand([join(folder, 'status-oracle')], { input });
  const answers = stdout.trimEnd().split('\n');
  if (answers.length !== objects.length) {
    throw new Error(`${objects.length} objects were asked about and ${answers.length} judged`);
  }
  const agreed = { kstatus: 0, kubectl: 0 };
  const known = { kstatus: 0, kubectl: 0 };
  const meant = new Map<string, number>();
  const unexplained: string[] = [];
  for (const [index, object] of objects.entries()) {
    for (const { judge, theirs } of readVerdicts(answers[index] ?? '')) {
      known[judge] += 1;
      const ours = computeRollout(object);
      if (ours.state === theirs) {
        agreed[judge] += 1;
        continue;
      }
      const disagreement = { object, judge, ours, theirs };
      const reason = statusDifferences.find((each) => each.applies(disagreement));
      if (reason !== undefined) meant.set(reason.name, (meant.get(reason.name) ?? 0) + 1);
      else if (unexplained.length < shown) unexplained.push(describe(disagreement));
    }
  }
  return { agreed, known, meant, unexplained };
}

function describe({ object, judge, ours, theirs }: Disagreement): string {
  return `${JSON.stringify(object)}: ${judge} ${theirs}, Slipway ${ours.state} (${ours.reason})`;
}

/** What each judge says, in our words; a kind that kubectl does not know has no verdict of it. */
function readVerdicts(line: string): readonly Pick<Disagreement, 'judge' | 'theirs'>[] {
  const answer: unknown = JSON.parse(line);
  if (!isRecord(answer)) throw new Error(`the oracle says ${line}`);
  const words = new Map<string, Disagreement['theirs']>([
    ['Current', 'available'],
    ['InProgress', 'in-progress'],
    ['Terminating', 'in-progress'],
    ['Failed', 'failed'],
  ]);
  const status = textAt(answer, 'kstatus', 'status') ?? '';
  const kstatus = { judge: 'kstatus', theirs: words.get(status) ?? 'refused' } as const;
  const { rollout } = answer;
  if (!isRecord(rollout)) return [kstatus];
  const error = textAt(rollout, 'error');
  const theirs =
    error === undefined
      ? rollout['done'] === true
        ? 'available'
        : 'in-progress'
      : error.includes('exceeded its progress deadline')
        ? 'failed'
        : 'refused';
  return [kstatus, { judge: 'kubectl', theirs }];
}

/** `npm run reliability -- statuses` */
export async function runStatuses(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  print(`seed ${seed}: ${trials} objects, each asked of kstatus, kubectl and Slipway`);
  const random = createRandom(seed);
  const objects = Array.from({ length: trials }, () => makeStatusObject(random));
  const { agreed, known, meant, unexplained } = await compareStatuses(objects, print);
  for (const line of unexplained) print(`✘ ${line}`);
  for (const { name, why } of statusDifferences) print(`${meant.get(name) ?? 0} × ${name}: ${why}`);
  print(`kstatus: of one mind about ${agreed.kstatus} of ${known.kstatus}`);
  print(`kubectl rollout status: of one mind about ${agreed.kubectl} of ${known.kubectl}`);
  print(
    `statuses: ${unexplained.length === 0 ? 'every difference has its reason' : 'they differ'}`,
  );
  return unexplained.length === 0;
}
