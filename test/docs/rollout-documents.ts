import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindRules, signalClasses } from '@slipway/core/rollout';
import { formatTable, replaceBetween } from './markdown.js';
import { root, type GeneratedDocument } from './root.js';

/** The tables of `docs/rollout-status.md`, from the rules that the watch goes by. */
export function generateRolloutDocument(): GeneratedDocument {
  const path = 'docs/rollout-status.md';
  const before = readFileSync(join(root, path), 'utf8');
  const kinds = formatTable(
    ['kind', 'waited for', 'until'],
    kindRules.map(({ kind, wait, until }) => [kind, wait, until]),
  );
  const signals = formatTable(
    ['what the API shows', 'class', 'lost', 'code'],
    Object.values(signalClasses).map(({ shows, class: name, lost, code }) => [
      shows,
      name,
      lost,
      `[${code}](failures/${code}.md)`,
    ]),
  );
  const withKinds = replaceBetween(before, 'kinds', kinds);
  return { path, text: replaceBetween(withKinds, 'signals', signals) };
}
