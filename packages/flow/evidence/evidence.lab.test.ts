import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTestResult, parseStatement, type TestResult } from '@slipway/core/evidence';
import { digestOf, parseRepository, type Digest, type Repository } from '@slipway/core/image-ref';
import { openLayout, pushImage, type RegistryClient } from '@slipway/io/registry';
import { openLab, type RegistryName } from '@slipway/lab/parts';
import { createManualClock } from '@slipway/testing/clock';
import { writeLayout } from '@slipway/testing/layout';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient } from '@slipway/testing/registry';
import { attachEvidence, fetchEvidence } from './index.js';

const elsewhere = digestOf('e'.repeat(64));

function statementAbout(digest: Digest, gate: TestResult['gate']): string {
  const at = '2026-01-01T00:00:00Z';
  return formatTestResult({
    gate,
    name: 'orders',
    digest,
    result: 'PASSED',
    configuration: [],
    at,
  });
}

describe.each<[RegistryName]>([['candidates'], ['production']])('in the registry %s', (name) => {
  let client: RegistryClient;
  let host: string;
  let folder: string;
  let count = 0;

  beforeAll(async () => {
    ({ host } = await (await openLab()).registry(name));
    ({ client } = await openTestClient({ plainHttp: [host] }));
    folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  });

  afterAll(async () => {
    client.close();
    await rm(folder, { recursive: true });
  });

  async function pushed(): Promise<{ repository: Repository; image: Digest }> {
    count += 1;
    const repository = parseRepository(`${host}/evidence-test/${process.pid}-${count}`);
    const written = await writeLayout(join(folder, `${count}`), { layers: [`layer ${count}`] });
    const layout = await openLayout(written.folder);
    const options = { tags: [], tagPolicy: 'fail', isDryRun: false } as const;
    const [clock, logger] = [createManualClock(), createRecordingLogger()];
    await pushImage(client, layout, repository, { ...options, clock, logger });
    return { repository, image: layout.root.descriptor.digest };
  }

  test('what is attached is found, each statement once however often it is attached', async () => {
    const { repository, image } = await pushed();
    const logger = createRecordingLogger();
    const [unit, integration] = [
      statementAbout(image, 'unit-tests'),
      statementAbout(image, 'integration'),
    ];

    const first = await attachEvidence(client, repository, image, unit);
    const second = await attachEvidence(client, repository, image, integration);
    const again = await attachEvidence(client, repository, image, unit);
    const found = await fetchEvidence(client, repository, image, logger);

    expect(again).toBe(first);
    expect(new Map(found.map(({ digest, statement }) => [digest, statement]))).toEqual(
      new Map([
        [first, parseStatement(unit, 'unit')],
        [second, parseStatement(integration, 'integration')],
      ]),
    );
    expect(found).toHaveLength(2);
    expect(logger.lines).toEqual([]);
  });

  test('the list of referrers says what kind of evidence it is', async () => {
    const { repository, image } = await pushed();

    await attachEvidence(client, repository, image, statementAbout(image, 'integration'));

    expect(await client.listReferrers(repository, image)).toMatchObject([
      {
        artifactType: 'application/vnd.in-toto+json',
        annotations: {
          'in-toto.io/predicate-type': 'https://in-toto.io/attestation/test-result/v0.1',
          'dev.slipway.gate': 'integration',
        },
      },
    ]);
  });

  test('a statement about another digest is refused before anything is sent', async () => {
    const { repository, image } = await pushed();
    const { writes } = client.stats;

    await expect(
      attachEvidence(client, repository, image, statementAbout(elsewhere, 'unit-tests')),
    ).rejects.toMatchObject({
      code: 'evidence-invalid',
      message: `the evidence for ${host}/${repository.path}@${image} is about ${elsewhere}, not about ${image}`,
    });
    expect(client.stats.writes).toBe(writes);
  });

  test('evidence for an image that is not there', async () => {
    const { repository } = await pushed();

    await expect(
      attachEvidence(client, repository, elsewhere, statementAbout(elsewhere, 'unit-tests')),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: `the image ${host}/${repository.path}@${elsewhere} is not in the registry`,
    });
  });

  test('an image without evidence, and one that is not there, have none', async () => {
    const { repository, image } = await pushed();
    const logger = createRecordingLogger();

    expect(await fetchEvidence(client, repository, image, logger)).toEqual([]);
    expect(await fetchEvidence(client, repository, elsewhere, logger)).toEqual([]);
    expect(logger.lines).toEqual([]);
  });
});
