import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { CORE_SCHEMA, load } from 'js-yaml';
import { parseConfig } from '@slipway/core/config';
import { owner } from '@slipway/core/owner';
import { parseWorkflowFile, root, tryReadCalled, type Job } from './workflows/workflow-file.js';

const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

interface Snippet {
  /** The file that it shows, named in its first line. */
  readonly file: string;
  readonly text: string;
}

function listSnippets(markdown: string): readonly Snippet[] {
  return [...markdown.matchAll(/^```ya?ml\n(?<text>[\s\S]*?)^```$/gm)].map(({ groups }) => {
    const text = groups?.['text'] ?? '';
    return { file: /^# (?<file>\S+)\n/.exec(text)?.groups?.['file'] ?? '', text };
  });
}

const schema = JSON.parse(readFileSync(join(root, 'docs/slipway.schema.json'), 'utf8')) as object;
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

/** What is wrong with a snippet; nothing when a reader can copy it. */
function findProblems({ file, text }: Snippet): readonly string[] {
  if (file === '.github/slipway.yml') {
    parseConfig(text, file);
    // as editors read it: YAML 1.2 knows no dates
    return validate(load(text, { schema: CORE_SCHEMA }))
      ? []
      : (validate.errors ?? []).map(({ message = '' }) => message);
  }
  if (!file.startsWith('.github/workflows/')) return [`no file that is known: ${file}`];
  const { workflow } = parseWorkflowFile(file, text);
  const problems = Object.values(workflow.jobs).flatMap(checkCall);
  return workflow.permissions === undefined ? ['no permissions', ...problems] : problems;
}

/** Calls of our workflows name what they declare, and all that is required. */
function checkCall({ uses = '', with: given = {}, secrets = {} }: Job): readonly string[] {
  const path = /^(?<owner>.+?)\/(?<path>\.github\/workflows\/.+)@v1$/.exec(uses)?.groups;
  const called = path?.['owner'] === owner ? tryReadCalled(path['path'] ?? '') : undefined;
  if (called === undefined) return [`no workflow of ours: ${uses}`];
  return [
    ...compareNames('input', Object.keys(given), called.inputs),
    ...(secrets === 'inherit' ? [] : compareNames('secret', Object.keys(secrets), called.secrets)),
  ];
}

function compareNames(
  what: string,
  given: readonly string[],
  declared: Readonly<Record<string, { readonly required?: boolean } | null>>,
): readonly string[] {
  const unknown = given.filter((name) => !Object.hasOwn(declared, name));
  const missing = Object.keys(declared).filter(
    (name) => declared[name]?.required === true && !given.includes(name),
  );
  return [
    ...unknown.map((name) => `unknown ${what} ${name}`),
    ...missing.map((name) => `missing ${what} ${name}`),
  ];
}

describe.each(guides)('docs/%s', (name) => {
  const text = readFileSync(join(root, 'docs', name), 'utf8');

  test('what it shows can be copied', () => {
    const problems = listSnippets(text).flatMap(findProblems);

    expect(problems).toEqual([]);
    expect(listSnippets(text).length).toBeGreaterThan(0);
  });

  test('leads to what is there', () => {
    const links = [...text.matchAll(/\]\((?<target>[^)#:]+)(?:#[^)]*)?\)/g)].map(
      ({ groups }) => groups?.['target'] ?? '',
    );

    expect(links.filter((link) => !existsSync(resolve(root, 'docs', link)))).toEqual([]);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`(docs/${name})`);
  });
});

describe('a snippet is refused', () => {
  const call =
    'permissions: {}\njobs:\n  a:\n    uses: owner/slipway/.github/workflows/pull-request.yml@v1\n';

  test.each([
    ['without a file', 'a: b\n', ['no file that is known: ']],
    [
      'that calls nothing of ours',
      '# .github/workflows/a.yml\njobs: { a: { uses: x/y/.github/workflows/z.yml@v1 } }\n',
      ['no permissions', 'no workflow of ours: x/y/.github/workflows/z.yml@v1'],
    ],
    [
      'that lacks what is required',
      `# .github/workflows/a.yml\n${call}    with: { servce: a }\n    secrets: { A: b }\n`,
      ['unknown input servce', 'missing input service', 'unknown secret A'],
    ],
  ])('%s', (_name, text, problems) => {
    const found = listSnippets(`\`\`\`yaml\n${text}\`\`\`\n`).flatMap(findProblems);

    expect(found).toEqual(problems);
  });

  test('whose configuration the actions refuse', () => {
    const text = '# .github/slipway.yml\napiVersion: slipway/v1\ncolour: blue\n';

    expect(() => findProblems({ file: '.github/slipway.yml', text })).toThrow(
      '1 problem in what was given',
    );
  });
});

test('the workflow that is adopted has the ten lines that are promised', () => {
  const text = readFileSync(join(root, 'docs/adopt.md'), 'utf8');

  const workflow = listSnippets(text).find(({ file }) => file.startsWith('.github/workflows/'));

  expect(workflow?.text.trim().split('\n').slice(1)).toHaveLength(10);
});
