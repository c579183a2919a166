import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { LabStatus } from '@slipway/lab/parts';
import {
  findSecrets,
  formatFinding,
  searchFolder,
  searchRegistry,
  type HiddenText,
  type SearchCount,
} from '@slipway/testing/canary';
import type { SuiteReport } from './jest-report.js';

type SearchedLab = Pick<LabStatus, 'folder'> & {
  readonly parts: readonly Pick<LabStatus['parts'][number], 'part' | 'state' | 'facts'>[];
};

/** Of a cluster and an engine only what they log: they have to know their secrets. */
const hiddenByRight = /^parts\/(?:(?:cluster|engine)-[^/]+)\/(?!log(?:\/|$))/;

/**
 * Looks for the canary, and for the tokens of the lab's clusters, in what a run of the tests printed and left:
 * its lines, new folders among the temporary ones, the lab's registries and logs.
 */
export class SecretSearch {
  readonly #secrets: HiddenText[];
  readonly #temporaryFolder: string;
  readonly #before: ReadonlySet<string>;
  readonly #lines: string[] = [];
  readonly #counts: SearchCount[] = [];
  #lab: string | undefined;

  /** To be made at the start: what is in the temporary folder now was left by others. */
  constructor(canary: string, temporaryFolder = tmpdir()) {
    this.#secrets = [{ name: 'the canary', text: canary }];
    this.#temporaryFolder = temporaryFolder;
    this.#before = new Set(readdirSync(temporaryFolder));
  }

  /** A line that was printed. */
  note(line: string): void {
    this.#lines.push(line);
  }

  /** Before the lab ends. */
  async lookIntoLab({ folder, parts }: SearchedLab): Promise<void> {
    this.#lab = folder;
    this.#secrets.push(
      ...parts.flatMap(({ part, facts }) => readTokens(part, facts['kubeconfig'])),
    );
    for (const { part, state, facts } of parts) {
      const host = facts['host'];
      // the other registry keeps all it has in files
      if (part !== 'registry:production' || state !== 'up' || host === undefined) continue;
      this.#counts.push(await searchRegistry(`http://${host}`, this.#secrets));
    }
    this.#counts.push(
      searchFolder('the lab', folder, this.#secrets, (path) => hiddenByRight.test(path)),
    );
  }

  /** One test, which fails when a secret was found; only the place and the form are told. */
  finish(): { readonly suite: SuiteReport; readonly lines: readonly string[] } {
    const printed = findSecrets('what the run printed', this.#lines.join('\n'), this.#secrets);
    const counts = [...this.#counts, ...this.#searchTemporaryFolders()];
    const findings = [...printed, ...counts.flatMap((count) => count.findings)];
    const sentences = [...new Set(findings.map(formatFinding))];
    const sum = (value: (count: SearchCount) => number): number =>
      counts.reduce((total, count) => total + value(count), 0);
    const megabytes = Math.round(sum(({ bytes }) => bytes) / 1_000_000);
    const searched = `${this.#lines.length} lines, ${sum((count) => count.searched)} files and blobs, ${megabytes} MB`;
    const found = sentences.length === 0 ? 'nothing was left' : `${sentences.length} found`;
    return {
      suite: {
        path: 'the search for secrets',
        durationMs: 0,
        tests: [
          {
            name: 'no secret is left in what the run printed, stored and did not remove',
            state: sentences.length === 0 ? 'passed' : 'failed',
            failures: sentences,
          },
        ],
      },
      lines: [`searched for secrets in ${searched}: ${found}`, ...sentences],
    };
  }

  #searchTemporaryFolders(): readonly SearchCount[] {
    return readdirSync(this.#temporaryFolder)
      .filter((name) => !this.#before.has(name))
      .map((name) => join(this.#temporaryFolder, name))
      .filter((path) => !this.#isLab(path))
      .map((path) => searchFolder(path, path, this.#secrets));
  }

  /** The lab was looked into, and other labs are not of this run. */
  #isLab(path: string): boolean {
    const isAbove = this.#lab !== undefined && !relative(path, this.#lab).startsWith('..');
    return isAbove || existsSync(join(path, 'lab.json'));
  }
}

/** The lab's kubeconfigs are JSON, with a token for their one user. */
function readTokens(part: string, kubeconfig: string | undefined): readonly HiddenText[] {
  if (kubeconfig === undefined || !existsSync(kubeconfig)) return [];
  const tokens = readFileSync(kubeconfig, 'utf8').matchAll(/"token": *"(?<token>[^"]+)"/g);
  return [...tokens].map(({ groups }) => ({
    name: `the token of ${part}`,
    text: groups?.['token'] ?? '',
  }));
}
