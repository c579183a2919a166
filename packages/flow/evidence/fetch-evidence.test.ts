import { afterEach, expect, test } from '@jest/globals';
import { formatTestResult, statementMediaType } from '@slipway/core/evidence';
import { digestOf, type Digest } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes } from '@slipway/io/registry';
import {
  openTestClient,
  startServer,
  type Answer,
  type SeenRequest,
  type TestServer,
} from '@slipway/testing/registry';
import { fetchEvidence } from './index.js';

const image = digestOf('a'.repeat(64));
const other = digestOf('b'.repeat(64));
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A referrer as anybody could have written it: its digest, and what a registry must hold for it. */
interface Referrer {
  readonly digest: Digest;
  readonly files: ReadonlyMap<string, string>;
}

function write(texts: readonly string[], fields: object = {}): Referrer {
  const files = new Map<string, string>();
  const put = (mediaType: string, text: string) => {
    const digest = computeDigest(Buffer.from(text));
    files.set(digest, text);
    return { mediaType, digest, size: text.length };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: statementMediaType,
    config: put(mediaTypes.emptyJson, '{}'),
    layers: texts.map((text) => put(statementMediaType, text)),
    subject: { mediaType: mediaTypes.ociManifest, digest: image, size: 7 },
    ...fields,
  };
  const { digest } = put(mediaTypes.ociManifest, JSON.stringify(manifest));
  return { digest, files };
}

function statementAbout(digest: Digest): string {
  const at = '2026-01-01T00:00:00Z';
  const fixed = { gate: 'integration', name: 'orders', result: 'PASSED' } as const;
  return formatTestResult({ ...fixed, digest, configuration: [], at });
}

async function fetchFrom(
  referrers: readonly Referrer[],
  artifactType?: string,
  fault: (request: SeenRequest) => Answer | undefined = () => undefined,
) {
  const files = new Map(referrers.flatMap((referrer) => [...referrer.files]));
  const manifests = referrers.map(({ digest }) => ({
    mediaType: mediaTypes.ociManifest,
    digest,
    size: 9,
    ...(artifactType === undefined ? {} : { artifactType }),
  }));
  const server = await startServer((request) => {
    const body = request.path.includes('/referrers/')
      ? JSON.stringify({ manifests })
      : files.get(request.path.split('/').at(-1) ?? '');
    return fault(request) ?? (body === undefined ? { status: 404 } : { status: 200, body });
  });
  servers.push(server);
  const { client, logger } = await openTestClient();
  const repository = { registry: server.host, path: 'a' };
  const found = await fetchEvidence(client, repository, image, logger);
  return { digests: found.map(({ digest }) => digest), logger, server };
}

const good = write([statementAbout(image)]);
const ofTwoLayers = 'it does not have one layer of application/vnd.in-toto+json';

test.each<[string, Referrer, string]>([
  [
    'a statement about another image',
    write([statementAbout(other)]),
    `it is about ${other}, not about ${image}`,
  ],
  [
    'a referrer of another image',
    write([statementAbout(image)], { subject: { mediaType: 'x', digest: other, size: 7 } }),
    `it refers to ${other}, not to ${image}`,
  ],
  [
    'a statement that refers to nothing',
    write([statementAbout(image)], { subject: null }),
    `it refers to nothing, not to ${image}`,
  ],
  [
    'no statement',
    write(['<html>']),
    `${computeDigest(Buffer.from('<html>'))} is not an in-toto statement: it is not JSON`,
  ],
  ['nothing at all', write([]), ofTwoLayers],
  ['two statements in one', write([statementAbout(image), statementAbout(other)]), ofTwoLayers],
  ['what is listed and gone', { digest: other, files: new Map() }, 'it is not in the registry'],
])('%s is told and left out, and the rest counts', async (_name, bad, why) => {
  const { digests, logger, server } = await fetchFrom([bad, good], statementMediaType);

  expect(digests).toEqual([good.digest]);
  expect(logger.lines).toEqual([
    `[warning] ${server.host}/a@${bad.digest} does not count as evidence: ${why}`,
  ]);
});

test.each([
  ['the type of the config', mediaTypes.emptyJson],
  ['no type', undefined],
])('a list of referrers that gives %s', async (_name, artifactType) => {
  const foreign = write([statementAbout(image)], { artifactType: 'application/vnd.example' });

  const { digests, logger } = await fetchFrom([foreign, good], artifactType);

  expect(digests).toEqual([good.digest]);
  expect(logger.lines).toEqual([]);
});

test('what says that it is something else is not read', async () => {
  const { digests, server } = await fetchFrom([good], 'application/vnd.example');

  expect(digests).toEqual([]);
  expect(server.requests.map(({ path }) => path)).toEqual([`/v2/a/referrers/${image}`]);
});

test('bytes that are not what their digest says are no evidence', async () => {
  const forged = statementAbout(image).replace('integration', 'unit-tests');
  const { digest = '' } = { digest: [...good.files.keys()][1] };

  const { digests, logger } = await fetchFrom([good], statementMediaType, ({ path }) =>
    path.endsWith(`/blobs/${digest}`) ? { status: 200, body: forged } : undefined,
  );

  expect(digests).toEqual([]);
  expect(logger.lines).toHaveLength(1);
  expect(logger.lines[0]).toContain(`bytes for the blob ${digest}`);
});

test('a registry that does not answer is an error, and not an image without evidence', async () => {
  const broken = fetchFrom([good], statementMediaType, ({ path }) =>
    path.includes('/blobs/') ? { status: 503 } : undefined,
  );

  await expect(broken).rejects.toMatchObject({ code: 'registry-unreachable' });
});
