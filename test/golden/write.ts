import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatGolden, goldenFolder, renderGolden, type Renderer } from './golden.js';

// `npm run golden`: writes the golden bundle of each renderer; a change of them changes what every service deploys
const renderers: readonly Renderer[] = ['manifests', 'kustomization', 'chart'];
for (const renderer of renderers) {
  const bundle = await renderGolden(renderer);
  const folder = join(goldenFolder, renderer);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of formatGolden(bundle)) writeFileSync(join(folder, name), bytes);
  process.stdout.write(`${renderer}: ${bundle.digest}\n`);
}
