import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, type ObjectIdentity } from '@slipway/core/manifest';

/** An object that was made through the door, and is not in a namespace that was. */
export interface MadeObject {
  readonly identity: ObjectIdentity;
  readonly uid: string;
  /** `/apis/rbac.authorization.k8s.io/v1/clusterroles/slipway-deploy` */
  readonly path: string;
}

/** Written before the one who made it hears of it, so that nothing is forgotten. */
export function noteMade(folder: string, made: MadeObject): void {
  appendFileSync(journalFile(folder), `${JSON.stringify(made)}\n`);
}

/** What was made, in that order. */
export function readJournal(folder: string): readonly MadeObject[] {
  const file = journalFile(folder);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => readLine(line) ?? []);
}

/** The last line may be half: who wrote it was killed, and its maker never heard of it. */
function readLine(line: string): MadeObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? (value as unknown as MadeObject) : undefined; // we wrote it
  } catch {
    return undefined;
  }
}

function journalFile(folder: string): string {
  return join(folder, 'made.jsonl');
}
