import { writeReport } from '../report/index.js';
import { copyCases } from './cases.js';
import { readVersions, type BenchPrograms } from './programs.js';

/** Writes the table of a whole run down, with what it is of. Returns where. */
export async function writeResult(
  table: string,
  pairs: number,
  programs: BenchPrograms,
): Promise<string> {
  const versions = await readVersions(programs);
  const cases = copyCases.map(({ key, title, registry }) => {
    const kind = registry === 'distribution' ? 'docker-registry' : 'a registry with referrers API';
    return `- ${key}: ${title} (${kind})`;
  });
  return writeReport(
    'copy',
    'Copying an image, beside others',
    versions.map(([name, version]) => `${name} ${version}`),
    [
      `Medians of ${pairs} interleaved rounds, memory the highest peak. Requests by what they are for; listings are of referrers and of tags; MB moved are bodies in both directions. What arrived is fetched from the registry afterwards and compared byte for byte. Limits come from the peers that delivered the same content in most of their runs, and from those runs.`,
      cases.join('\n'),
      table,
    ],
  );
}
