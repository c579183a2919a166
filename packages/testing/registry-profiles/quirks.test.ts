import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Fault, type TestServer } from '../registry/index.js';
import {
  immutableTags,
  knownRepositoriesOnly,
  lateBlobs,
  limitedWrites,
  noAnonymousMounts,
  noMounts,
  noPatch,
  noReferrersApi,
  onePatch,
  phantomMounts,
  shortAnnotations,
  shortPages,
  strictMounts,
  subjectsFirst,
  type Quirk,
} from './quirks.js';

const known = `sha256:${'a'.repeat(64)}`;
const unknown = `sha256:${'b'.repeat(64)}`;
const uploads = '/v2/team/app/blobs/uploads/';
let server: TestServer;

beforeAll(async () => {
  server = await startServer(({ path }) => ({
    status: path.includes(known) || path.endsWith('/old') ? 200 : 404,
  }));
});

afterAll(() => server.close());

/** `PUT /v2/… {"subject":…}`: the last of several requests decides. */
async function ask(quirk: Quirk, lines: readonly string[]): Promise<Fault | undefined> {
  const faultOf = quirk({ host: server.host, authorize: () => undefined });
  let fault: Fault | undefined;
  for (const line of lines) {
    const [method = '', path = '', ...body] = line.split(' ');
    const manifest = body.length === 0 ? undefined : Buffer.from(body.join(' '));
    fault = await faultOf({ method, path, hasAuthorization: false, manifest });
  }
  return fault;
}

const tagPut = (tag: string): string => `PUT /v2/team/app/manifests/${tag} {}`;
const referring = (digest: string): string =>
  `PUT /v2/team/app/manifests/${known} {"subject":{"mediaType":"x","digest":"${digest}"}}`;
const annotated = (field: string, length: number): string =>
  `PUT /v2/team/app/manifests/1 {"${field}":{"a":"${'x'.repeat(length)}"}}`;
const pushed = [`PUT ${uploads}1?digest=${known}`, `PUT /v2/team/app/manifests/1 {"${known}"}`];
const refused = (status: number, code: string): object => ({
  kind: 'answer',
  answer: { status, body: expect.stringContaining(`"code":"${code}"`) },
});
const asUpload = { kind: 'rewrite', path: uploads };
const write = `POST ${uploads}`;

describe('a registry', () => {
  test.each<[string, Quirk, readonly string[], object | undefined]>([
    [
      'without referrers',
      noReferrersApi,
      [`GET /v2/a/referrers/${known}`],
      refused(404, 'MANIFEST_UNKNOWN'),
    ],
    ['without referrers, asked else', noReferrersApi, ['GET /v2/a/tags/list'], undefined],
    [
      'with phantom mounts',
      phantomMounts,
      [`POST ${uploads}?mount=${known}&from=b`],
      { kind: 'pretend-mount' },
    ],
    [
      'with phantom mounts, asked again',
      phantomMounts,
      Array<string>(2).fill(`POST ${uploads}?mount=${known}&from=b`),
      undefined,
    ],
    ['with late blobs, after an upload', lateBlobs, pushed, refused(400, 'MANIFEST_BLOB_UNKNOWN')],
    ['with late blobs, asked again', lateBlobs, [...pushed, ...pushed.slice(1)], undefined],
    ['with late blobs, without an upload', lateBlobs, pushed.slice(1), undefined],
    ['with one PATCH', onePatch, [`PATCH ${uploads}1?a=b`], undefined],
    [
      'with one PATCH, at the second',
      onePatch,
      [`PATCH ${uploads}1?a=b`, `PATCH ${uploads}1?a=c`],
      refused(416, 'BLOB_UPLOAD_INVALID'),
    ],
    ['without chunks', noPatch, [`PATCH ${uploads}1`], refused(405, 'UNSUPPORTED')],
    [
      'with short annotations, at a long one',
      shortAnnotations,
      [annotated('annotations', 257)],
      refused(400, 'MANIFEST_INVALID'),
    ],
    [
      'with short annotations, at one',
      shortAnnotations,
      [annotated('annotations', 256)],
      undefined,
    ],
    ['with short annotations, at a layer', shortAnnotations, [annotated('layers', 999)], undefined],
    ['without mounts', noMounts, [`POST ${uploads}?mount=${known}&from=b`], asUpload],
    ['without mounts, asked for an upload', noMounts, [write], undefined],
    ['without anonymous mounts', noAnonymousMounts, [`POST ${uploads}?mount=${known}`], asUpload],
    [
      'without anonymous mounts, told from where',
      noAnonymousMounts,
      [`POST ${uploads}?mount=${known}&from=b`],
      undefined,
    ],
    [
      'with strict mounts',
      strictMounts,
      [`POST ${uploads}?mount=${unknown}&from=b/c`],
      refused(401, 'UNAUTHORIZED'),
    ],
    [
      'with strict mounts, of what is there',
      strictMounts,
      [`POST ${uploads}?mount=${known}&from=b/c`],
      undefined,
    ],
    [
      'that must know a repository',
      knownRepositoriesOnly(new Set(['other'])),
      [write],
      refused(404, 'NAME_UNKNOWN'),
    ],
    ['that knows a repository', knownRepositoriesOnly(new Set(['team/app'])), [write], undefined],
    [
      'with immutable tags',
      immutableTags,
      [tagPut('old')],
      refused(400, 'ImageTagAlreadyExistsException'),
    ],
    ['with immutable tags, at a new one', immutableTags, [tagPut('new')], undefined],
    ['with immutable tags, by digest', immutableTags, [tagPut(known)], undefined],
    [
      'with short pages',
      shortPages,
      ['GET /v2/a/tags/list?last=x&n=1001'],
      refused(405, 'UNSUPPORTED'),
    ],
    ['with short pages, asked for one', shortPages, ['GET /v2/a/tags/list?n=1000'], undefined],
    [
      'with limited writes',
      limitedWrites,
      Array<string>(7).fill(write),
      refused(429, 'TOOMANYREQUESTS'),
    ],
    ['with limited writes, within them', limitedWrites, Array<string>(6).fill(write), undefined],
    [
      'that wants subjects first',
      subjectsFirst,
      [referring(unknown)],
      refused(400, 'MANIFEST_BLOB_UNKNOWN'),
    ],
    ['that has the subject', subjectsFirst, [referring(known)], undefined],
  ])('%s', async (_name, quirk, lines, expected) => {
    const fault = await ask(quirk, lines);

    if (expected === undefined) expect(fault).toBeUndefined();
    else expect(fault).toMatchObject(expected);
  });
});
