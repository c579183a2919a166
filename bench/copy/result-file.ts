import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@slipway/io/clock';
import { copyCases } from './cases.js';
import { readVersions, type BenchPrograms } from './programs.js';

const file = fileURLToPath(new URL('../results/copy.md', import.meta.url));

/** Writes the table of a whole run down, with when, on what and of what. Returns where. */
export async function writeResult(
  table: string,
  pairs: number,
  programs: BenchPrograms,
): Promise<string> {
  const versions = await readVersions(programs);
  const [cpu] = cpus();
  const text = [
    '# Copying an image, beside others',
    '',
    `\`npm run bench -- copy\`, ${systemClock.now().toISOString().slice(0, 10)}, on ${cpus().length} × ${cpu?.model ?? 'unknown'}. ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    '',
    `Medians of ${pairs} interleaved rounds, memory the highest peak. Requests by what they are for; listings are of referrers and of tags; MB moved are bodies in both directions. What arrived is fetched from the registry afterwards and compared byte for byte. Limits come from the peers that delivered the same content in most of their runs, and from those runs.`,
    '',
    ...copyCases.map(({ key, title, registry }) => {
      const kind =
        registry === 'distribution' ? 'docker-registry' : 'a registry with referrers API';
      return `- ${key}: ${title} (${kind})`;
    }),
    '',
    table,
    '',
  ].join('\n');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return relative(process.cwd(), file);
}
