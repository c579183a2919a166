import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDocuments } from './documents.js';
import { root } from './root.js';

// `npm run docs`: writes what is made from action.yml, the pages of the failures and the rules of the ledger
for (const { path, text } of generateDocuments()) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
