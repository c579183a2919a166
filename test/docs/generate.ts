import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDocuments, root } from './documents.js';

// `npm run docs`: writes what is made from action.yml and the pages of the failures
for (const { path, text } of generateDocuments()) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
