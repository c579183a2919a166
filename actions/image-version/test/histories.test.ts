import { afterAll, expect, test } from '@jest/globals';
import { forEachTrial } from '@slipway/testing/fuzz';
import {
  answerByReference,
  chooseHistory,
  createGitBench,
  formatHistory,
  listMainLine,
  type RandomHistory,
  type ReferenceQuestion,
  type TestRepository,
} from '@slipway/testing/git';
import { SlipwayError } from '@slipway/core/errors';
import { compareVersions, parseVersion, type Version } from '@slipway/core/version';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

const bench = createGitBench({ readInputs, run, report });
afterAll(() => bench.clear());

const folders = { orders: ['orders', 'shared'], 'orders-api': ['orders-api', 'shared'], web: [] };
const config = `apiVersion: slipway/v1
services:
  orders: { paths: [orders, shared] }
  orders-api: { paths: [orders-api, 'shared/**'] }
  web: {}
`;
/** A trial takes about a hundred times as long as that of a parser. */
const isSample = process.env['SLIPWAY_FUZZ_TRIALS'] === undefined;
const weight = isSample ? 0.02 : 1;
const limitMs = isSample ? 180_000 : 24 * 60 * 60 * 1000;
const legalTag = /^\w[\w.-]{0,62}$/;

async function open(history: RandomHistory): Promise<TestRepository> {
  const repository = await bench.open();
  await repository.import(formatHistory(history));
  return repository;
}

async function checkOut(
  repository: TestRepository,
  { head, main, pushed }: Pick<ReferenceQuestion, 'head' | 'main'> & { readonly pushed?: number },
): Promise<void> {
  const branch = main === undefined ? 'main' : 'topic';
  const refs = [
    `update refs/heads/main refs/ids/${main ?? head}\n`,
    `update refs/heads/topic refs/ids/${head}\n`,
    ...(pushed === undefined ? [] : [`update refs/remotes/origin/main refs/ids/${pushed}\n`]),
  ];
  await repository.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  await repository.updateRefs(refs.join(''));
}

/** The version, or that there is none; what else goes wrong is thrown. */
async function ask(repository: TestRepository, service: string): Promise<string> {
  try {
    return (await bench.outputsOf(repository, { service }, { config }))['version'] ?? '';
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'no-version') return 'refused';
    throw error;
  }
}

test(
  'the version is what the rule says, on the release branch and beside it',
  async () => {
    await forEachTrial(async (choose) => {
      const history = chooseHistory(choose, Object.keys(folders));
      const repository = await open(history);
      const heads = [
        { head: history.main },
        { head: choose.below(history.commits.length) },
        { head: history.side, main: history.main },
        { head: choose.below(history.commits.length), main: history.main },
      ];

      for (const place of heads) {
        const [service, own] = choose.of(Object.entries(folders));
        await checkOut(repository, place);
        const question = { service, folders: own, ...place };
        const version = await ask(repository, service);
        const told = version.replace(/\.g?[0-9a-f]{8}$/, '.#');
        const answer = { ...question, version: told };
        expect(answer).toEqual({ ...question, version: answerByReference(history, question) });
        expect(version).toMatch(legalTag);
      }
      await repository.remove();
    }, weight);
  },
  limitMs,
);

test(
  'along a branch versions only go up, and the order of releases is that of their numbers',
  async () => {
    await forEachTrial(async (choose) => {
      const history = chooseHistory(choose, Object.keys(folders));
      const repository = await open(history);
      const tagged = new Set(history.tags.map(({ commit }) => commit));
      const line = listMainLine(history).filter((id) => !tagged.has(id));

      const versions: Version[] = [];
      for (const head of line.toReversed()) {
        await checkOut(repository, { head, pushed: history.main });
        const version = await ask(repository, 'web');
        if (version !== 'refused') versions.push(parseVersion(version));
      }
      await repository.remove();

      expect(versions).toEqual(versions.toSorted(compareVersions));
      expect(new Set(versions).size).toBe(versions.length);
      const names = new Set(history.tags.map(({ name }) => name));
      expect(versions.filter((version) => names.has(`web-v${version}`))).toEqual([]);
    }, weight / 4);
  },
  limitMs,
);
