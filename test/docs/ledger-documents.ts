import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attemptEventKinds,
  attemptEventSchema,
  bundleSchema,
  eventRules,
  holdEventSchema,
  placeSchema,
  type Condition,
  type Before,
  type EventRule,
} from '@slipway/core/release';
import { formatTable, replaceBetween } from './markdown.js';
import { root, type GeneratedDocument } from './root.js';

/** The schemas of what lies in a ledger's repository, and the page that says what may follow what. */
export function generateLedgerDocuments(): readonly GeneratedDocument[] {
  return [
    {
      path: 'docs/event.schema.json',
      text: formatJson({
        $schema: 'http://json-schema.org/draft-07/schema#',
        title: 'An event of a ledger: application/vnd.slipway.event.v1+json',
        description:
          'One entry of the record of a service in an environment. Fields and kinds of later versions are kept. npm run docs makes this file from the code that reads events.',
        ...placeSchema,
        allOf: [when(attemptEventKinds, attemptEventSchema), when(['hold'], holdEventSchema)],
      }),
    },
    {
      path: 'docs/bundle.schema.json',
      text: formatJson({
        $schema: 'http://json-schema.org/draft-07/schema#',
        title: 'The config of a bundle: application/vnd.slipway.bundle.v1+json',
        description:
          'What a bundle says about itself. Fields of later versions are kept. npm run docs makes this file from the code that reads bundles.',
        ...bundleSchema,
      }),
    },
    generateLedgerPage(),
  ];
}

function when(kinds: readonly string[], schema: object): object {
  return {
    if: { type: 'object', required: ['kind'], properties: { kind: { enum: kinds } } },
    then: schema,
  };
}

/** As Prettier leaves it: short lists stay on their line. */
function formatJson(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replaceAll(/^(?<head>.*)\[\n(?<items>(?:\s+"[^"]*",?\n)+)\s+\](?<tail>,?)$/gm, joinShort)}\n`;
}

function joinShort(list: string, head: string, items: string, tail: string): string {
  const line = `${head}[${items.trim().replaceAll(/,\n\s*/g, ', ')}]${tail}`;
  return line.length <= 100 ? line : list;
}

const befores: readonly Before[] = [
  ...(['new', 'adopted', 'started', 'available', 'verified'] as const),
  ...(['known-good', 'superseded', 'failed', 'abandoned', 'rolled-back'] as const),
];

const conditions: Readonly<Record<Condition, string>> = {
  'in-progress': 'it is in progress',
  'nothing-in-progress': 'nothing is in progress',
  live: 'it is live',
  'not-live': 'it is not live',
  'nothing-live': 'nothing is live',
  'nothing-applied-since': 'nothing was applied since',
};

function generateLedgerPage(): GeneratedDocument {
  const path = 'docs/ledger.md';
  const rows = attemptEventKinds.flatMap((kind) =>
    eventRules[kind].map((rule) => [
      `\`${kind}\``,
      ...befores.map((before) => tellCell(rule, before)),
      rule.only.map((condition) => conditions[condition]).join(', '),
    ]),
  );
  const table = formatTable(['event', ...befores, 'only if'], rows);
  return { path, text: replaceBetween(readFileSync(join(root, path), 'utf8'), 'rules', table) };
}

function tellCell({ from, to }: EventRule, before: Before): string {
  if (!from.includes(before)) return '';
  return to === undefined ? 'stays' : `→ ${to}`;
}
