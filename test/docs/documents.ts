import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readActionFile, type ActionFile } from '@slipway/cli/action-file';
import { failureCodes } from '@slipway/core/errors';
import { generateLedgerDocuments } from './ledger-documents.js';
import { formatTable, replaceBetween } from './markdown.js';
import { generateRolloutDocument } from './rollout-documents.js';
import { root, type GeneratedDocument } from './root.js';

/** Every document that `npm run docs` writes, with what it must hold now. */
export function generateDocuments(): readonly GeneratedDocument[] {
  return [
    ...listVerbs().map(generateActionReadme),
    generateFailureIndex(),
    ...generateLedgerDocuments(),
    generateRolloutDocument(),
  ];
}

/** The verbs in the order of their names. */
export function listVerbs(): readonly string[] {
  return readdirSync(join(root, 'actions'))
    .filter((name) => existsSync(join(root, 'actions', name, 'action.yml')))
    .toSorted();
}

export function formatInputs({ inputs }: ActionFile): string {
  return formatTable(
    ['input', 'default', 'what it is'],
    inputs.map((input) => [
      `\`${input.name}\``,
      input.isRequired ? '**required**' : input.default === '' ? '' : `\`${input.default}\``,
      input.description,
    ]),
  );
}

function formatOutputs({ outputs }: ActionFile): string {
  return formatTable(
    ['output', 'what it is'],
    outputs.map(({ name, description }) => [`\`${name}\``, description]),
  );
}

/**
 * The page of a failure, by heading.
 *
 * @example readFailurePage('quarantined').get('What it means') // 'This version failed here before, …'
 */
export function readFailurePage(code: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, `docs/failures/${code}.md`), 'utf8');
  const [title = '', ...sections] = text.split(/^## /m);
  const named = sections.map((section): [string, string] => {
    const [heading = '', ...lines] = section.split('\n');
    return [heading, lines.join('\n').trim()];
  });
  return new Map([['title', title.replace(/^# /, '').trim()], ...named]);
}

function generateActionReadme(verb: string): GeneratedDocument {
  const action = readActionFile(join(root, 'actions', verb));
  const path = `actions/${verb}/README.md`;
  const before = readFileSync(join(root, path), 'utf8');
  const withInputs = replaceBetween(before, 'inputs', formatInputs(action));
  return { path, text: replaceBetween(withInputs, 'outputs', formatOutputs(action)) };
}

function generateFailureIndex(): GeneratedDocument {
  const rows = failureCodes.map((code) => {
    const means = readFailurePage(code).get('What it means') ?? '';
    const first = /^[^]*?\.(?=\s|$)/.exec(means)?.[0] ?? means;
    return [`[${code}](${code}.md)`, first];
  });
  const text = [
    '# When something fails',
    '',
    'Every failure has a code, the output `failure-code`, and a page that says what it means, how it looks and what to do. `npm run docs` makes this list.',
    '',
    formatTable(['code', 'what it means'], rows),
    '',
  ].join('\n');
  return { path: 'docs/failures/README.md', text };
}
