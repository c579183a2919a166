import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseRepository, parseTag, type Tag } from '@slipway/core/image-ref';
import { startTestRegistry, type TestRegistryOptions } from '@slipway/lab/test-registry';
import { createManualClock } from '@slipway/testing/clock';
import { TestContent, findDifferences, putContent, readTag } from '@slipway/testing/content';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  openTestClient,
  planFaults,
  startRegistryProxy,
  type Fault,
  type FaultSource,
  type ProxyRecord,
  type RegistryProxy,
} from '@slipway/testing/registry';
import { copyImage } from './index.js';

const user = { username: 'ci', password: 'a-password' };
const mount = { method: 'POST', path: /\?.*mount=/ } as const;

/** A registry with a proxy before it that knows everything that it is asked. */
async function open(options: TestRegistryOptions) {
  const behind = await startTestRegistry(options);
  let fault: FaultSource = () => undefined;
  const proxy: RegistryProxy = await startRegistryProxy(behind, (request) => fault(request));
  return {
    behind,
    setFault: (next: FaultSource) => {
      fault = next;
    },
    close: () => Promise.all([proxy.close(), behind.close()]),
    /** Copies an image from one repository of the registry to another, and tells what it was asked. */
    copy: async (
      name: string,
      tags: readonly Tag[] = [],
      what = 'only',
    ): Promise<readonly ProxyRecord[]> => {
      const content = new TestContent();
      const root = content.image([`first of ${name}`, `second of ${name}, ${what}`]);
      const [from, to] = [`mounts/${name}/from`, `mounts/${name}/to`];
      await putContent(behind, from, content);
      const auth = [`${proxy.host} ${user.username} ${user.password}`];
      const { client } = await openTestClient({ auth });
      const repositories = {
        from: parseRepository(`${proxy.host}/${from}`),
        to: parseRepository(`${proxy.host}/${to}`),
      };
      const before = proxy.records.length;
      const tools = { logger: createRecordingLogger(), clock: createManualClock() };
      const request = { ...repositories, digest: root.digest };
      await copyImage(client, request, { isDryRun: false, tags, ...tools }).finally(() =>
        client.close(),
      );
      expect(await findDifferences(behind, to, content)).toEqual([]);
      return proxy.records.slice(before);
    },
  };
}

const isMount = ({ method, path }: ProxyRecord): boolean =>
  method === mount.method && mount.path.test(path);

function refused(status: number, code: string, message: string): Fault {
  const body = JSON.stringify({ errors: [{ code, message }] });
  return { kind: 'answer', answer: { status, body } };
}

describe('a mount that is answered with', () => {
  let registry: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    registry = await open({ kind: 'distribution-3' });
  });

  afterAll(() => registry.close());

  test.each<[string, Fault]>([
    ['401, a project that is not known', refused(401, 'UNAUTHORIZED', 'project x not found')],
    ['400, a name that is none', refused(400, 'NAME_INVALID', 'invalid repository name')],
    ['403, no right to read there', refused(403, 'DENIED', 'requested access is denied')],
    ['404, a repository that is not known', refused(404, 'NAME_UNKNOWN', 'not known')],
    ['405, no mounts', refused(405, 'UNSUPPORTED', 'the operation is unsupported')],
    ['500, something broken', refused(500, 'UNKNOWN', 'internal error')],
    ['201, and did not happen', { kind: 'pretend-mount' }],
    ['a connection that breaks', { kind: 'reset-before' }],
  ])('%s', async (name, fault) => {
    registry.setFault(planFaults([{ ...mount, fault }]));

    const asked = await registry.copy(name.toLowerCase().replace(/[^a-z0-9]+/g, '-'));

    expect(asked.filter(isMount).length).toBeGreaterThan(0);
  });

  test('202 goes on with the upload that it opened', async () => {
    registry.setFault(({ method, path }) =>
      method === 'POST' ? { kind: 'rewrite', path: path.split('?')[0] ?? path } : undefined,
    );

    const asked = await registry.copy('202');

    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(3);
    expect(asked.filter(isMount)).toHaveLength(3);
  });
});

describe('a version, in a repository that', () => {
  let registry: Awaited<ReturnType<typeof open>>;
  const tags = [parseTag('1.0.0')];
  /** Reading back asks the same when the tag has been written. */
  const isLook = ({ method, path, status }: ProxyRecord): boolean =>
    method === 'HEAD' && path.endsWith('/manifests/1.0.0') && status === 404;

  beforeAll(async () => {
    registry = await open({ kind: 'distribution-3' });
  });

  afterAll(() => registry.close());

  test('the registry does not know, is not looked for: it cannot be there', async () => {
    registry.setFault(() => undefined);

    const asked = await registry.copy('new', tags);

    expect(asked.filter(isLook)).toEqual([]);
    expect(asked.filter(({ path }) => path.includes('/to/manifests/'))).toHaveLength(2);
  });

  test.each<[string, Fault | undefined]>([
    ['is there', undefined],
    ['may not be listed, in a 404 that does not name it', refused(404, 'UNKNOWN', 'no list')],
    [
      'may not be listed, in a 404 of something before it',
      { kind: 'answer', answer: { status: 404, body: 'nope' } },
    ],
    ['may not be listed, 403', refused(403, 'DENIED', 'requested access is denied')],
    ['cannot be listed now, 500', refused(500, 'UNKNOWN', 'internal error')],
    ['cannot be listed now, the connection breaks', { kind: 'reset-before' }],
  ])('%s, is never moved', async (name, fault) => {
    const place = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    registry.setFault(() => undefined);
    await registry.copy(place, tags, 'first');
    const before = await readTag(registry.behind, `mounts/${place}/to`, '1.0.0');
    registry.setFault(({ path }) => (path.includes('/to/tags/list') ? fault : undefined));

    await expect(registry.copy(place, tags, 'second')).rejects.toMatchObject({ code: 'tag-taken' });

    expect(await readTag(registry.behind, `mounts/${place}/to`, '1.0.0')).toBe(before);
  });
});

describe.each<[string, Partial<{ readsFirstScopeOnly: boolean; refusesPairs: boolean }>, number]>([
  ['gives both repositories', {}, 0],
  // The registry names both repositories in the one scope that it asks for.
  ['reads one scope', { readsFirstScopeOnly: true }, 0],
  ['refuses two scopes', { refusesPairs: true }, 3],
])('a token service that %s', (name, rules, uploads) => {
  test('lets an image be copied, by mounts where it can', async () => {
    const auth = { kind: 'token', rules: { ...user, ...rules } } as const;
    const registry = await open({ kind: 'distribution-3', auth });

    const asked = await registry.copy(name.replaceAll(' ', '-')).finally(() => registry.close());

    const sent = asked.filter(({ method, status }) => method === 'PUT' && status === 201);
    expect(sent.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(uploads);
  });
});
