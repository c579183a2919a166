import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readActionFile } from '@slipway/cli/action-file';
import { failureCodes } from '@slipway/core/errors';
import { owner } from '@slipway/core/owner';
import { createInputReader, type InputReader } from '@slipway/flow/runtime';
import { formatInputs, generateDocuments, listVerbs, readFailurePage } from './docs/documents.js';
import { replaceBetween } from './docs/markdown.js';
import { root } from './docs/root.js';

interface InputsModule {
  readonly readInputs: (read: InputReader) => unknown;
}

interface ReportModule {
  readonly outputs: Readonly<Record<string, string>>;
}

describe('what is generated is up to date: npm run docs', () => {
  test.each(generateDocuments().map(({ path, text }) => [path, text]))('%s', (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });
});

describe.each(listVerbs())('%s', (verb) => {
  const action = readActionFile(join(root, 'actions', verb));

  test('reads exactly the inputs that its action.yml declares', async () => {
    const { readInputs } = (await import(`../actions/${verb}/src/inputs.js`)) as InputsModule;
    const reader = createInputReader({}, () => undefined);

    readInputs(reader);

    expect(reader.names.toSorted()).toEqual(action.inputs.map(({ name }) => name).toSorted());
  });

  test('sets exactly the outputs that its action.yml declares', async () => {
    const { outputs } = (await import(`../actions/${verb}/src/report.js`)) as ReportModule;

    const set = [...Object.keys(outputs), 'failure-code', 'failure-message'];

    expect(set.toSorted()).toEqual(action.outputs.map(({ name }) => name).toSorted());
  });

  test('has the defaults that its action.yml declares', async () => {
    const { readInputs } = (await import(`../actions/${verb}/src/inputs.js`)) as InputsModule;
    const declared = action.inputs.map((input): [string, string] => [
      `INPUT_${input.name.toUpperCase()}`,
      input.default.replace('${{ github.token }}', ''), // what the runner makes of it has no fixed value
    ]);

    const ofRunner = readInputs(createInputReader(Object.fromEntries(declared), () => undefined));

    expect(ofRunner).toEqual(readInputs(createInputReader({}, () => undefined)));
  });

  test('runs its stub, also after the job', () => {
    const stub = join(root, 'dist', verb, 'index.js');

    const files = [action.main, action.post ?? action.main];

    expect(files.map((file) => resolve(root, 'actions', verb, file))).toEqual([stub, stub]);
  });

  test('shows in its README how it is used', () => {
    const readme = readFileSync(join(root, 'actions', verb, 'README.md'), 'utf8');

    expect(readme.startsWith(`# ${verb}\n`)).toBe(true);
    expect(readme).toContain(`uses: ${owner}/actions/${verb}@v1`);
    expect(readme).toContain('## Rights');
  });
});

describe('every way to fail has a page', () => {
  test.each(failureCodes)('%s', (code) => {
    const page = readFailurePage(code);

    expect([...page.keys()]).toEqual(['title', 'What it means', 'How it looks', 'What to do']);
    expect(page.get('title')).toBe(code);
    expect(page.get('How it looks')).toMatch(/^> ./);
    expect(page.get('What to do')).toMatch(/^- ./);
  });

  test('and no page is left over', () => {
    const pages = readdirSync(join(root, 'docs/failures')).filter((name) => name !== 'README.md');

    expect(pages.toSorted()).toEqual(failureCodes.map((code) => `${code}.md`).toSorted());
  });
});

describe('links and names in the documents', () => {
  const documents = [
    'README.md',
    'docs/ledger.md',
    'docs/rollout-status.md',
    'CONTRIBUTING.md',
    'docs/failures/README.md',
    ...listVerbs().map((verb) => `actions/${verb}/README.md`),
  ];

  test.each(documents)('%s', (path) => {
    const text = readFileSync(join(root, path), 'utf8');

    const links = [...text.matchAll(/\]\((?<target>[^)#:]+)(?:#[^)]*)?\)/g)].map(
      ({ groups }) => groups?.['target'] ?? '',
    );
    const uses = [...text.matchAll(/uses: (?<name>[^@\s]+\/actions\/[^@\s]+)@/g)].map(
      ({ groups }) => groups?.['name'] ?? '',
    );

    const broken = links.filter((target) => !existsSync(resolve(root, path, '..', target)));
    expect(broken).toEqual([]);
    const known = listVerbs().map((verb) => `${owner}/actions/${verb}`);
    expect(uses.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the generator', () => {
  test('replaces what is between markers, and nothing else', () => {
    expect(replaceBetween('a <!-- x -->old<!-- /x --> b', 'x', 'new')).toBe(
      'a <!-- x -->\nnew\n<!-- /x --> b',
    );
  });

  test('refuses a document without markers', () => {
    expect(() => replaceBetween('text', 'inputs', '')).toThrow(
      'no <!-- inputs --> … <!-- /inputs -->',
    );
  });

  test('writes a row for each input', () => {
    const common = { isRequired: false, description: 'a | b' };
    const action = {
      name: 'x',
      description: 'x',
      inputs: [
        { ...common, name: 'a', default: '', isRequired: true },
        { ...common, name: 'b', default: '10m' },
      ],
      outputs: [],
      main: 'x',
    };

    expect(formatInputs(action)).toBe(
      [
        '| input | default | what it is |',
        '|---|---|---|',
        '| `a` | **required** | a \\| b |',
        '| `b` | `10m` | a \\| b |',
      ].join('\n'),
    );
  });
});
