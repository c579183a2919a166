import { beforeEach, describe, expect, test } from '@jest/globals';
import { findAttempt, type AttemptEventKind, type EventContent } from '@slipway/core/release';
import { createContextInMemory, type ContextInMemory } from '@slipway/testing/context-in-memory';
import { appendEvents } from '@slipway/testing/system';
import { readChain } from '../ledger/index.js';
import { buildBundle, pushBundle } from './bundle-artifact.js';
import { openSession, type Session } from './session.js';

let context: ContextInMemory;

beforeEach(async () => {
  context = await createContextInMemory();
});

/** What dead runs recorded. */
async function record(version: string, kinds: readonly AttemptEventKind[]): Promise<void> {
  await appendEvents(context.ledger, version, kinds, 'uid-1');
}

/** Opens a session, works in it and closes it; what that added to the ledger. */
async function addedEvents(
  work: (session: Session) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const read = () => readChain(context.client, context.ledger.repository, 'test');
  const before = await read();
  const session = await openSession(context);
  await work(session);
  await session.close();
  return (await read())
    .slice(before.length)
    .map(
      ({ event }) =>
        `${event.kind} ${String(Object.entries(event).find(([name]) => name === 'version')?.[1])}`,
    );
}

function warnings(): readonly string[] {
  return context.logger.lines.filter((line) => line.startsWith('[warning]'));
}

const good = ['started', 'available', 'verified', 'known-good'] as const;

test('where everything was said nothing is added', async () => {
  await record('1.0.0', good);
  await record('1.1.0', ['started', 'available', 'verified']);

  expect(await addedEvents()).toEqual([]);
  expect(warnings()).toEqual([]);
});

test('what a run left unfinished is abandoned, and told', async () => {
  await record('1.0.0', good);
  await record('1.1.0', ['started']);

  expect(await addedEvents()).toEqual(['abandoned 1.1.0']);
  expect(warnings()).toEqual([
    '[warning] the deployment test.00000005 of 1.1.0 was left unfinished by a run that ended; it is recorded as abandoned',
    '[warning] 1.1.0 (abandoned) was applied after 1.0.0, which is live, and not taken back',
  ]);
});

test('a release that failed, and whose way back nobody went, is told', async () => {
  await record('1.0.0', good);
  await record('1.1.0', ['started', 'failed', 'quarantined']);

  expect(await addedEvents()).toEqual([]);
  expect(warnings()).toEqual([
    '[warning] 1.1.0 (failed) was applied after 1.0.0, which is live, and not taken back',
  ]);
});

test('a release that was replaced before it was judged is superseded, by whoever comes next', async () => {
  await record('1.0.0', ['started', 'available', 'verified']);
  await record('1.1.0', ['started', 'available']);

  expect(await addedEvents()).toEqual(['abandoned 1.1.0', 'superseded 1.0.0']);
  expect(await addedEvents()).toEqual([]);
});

test('a run with the wrong namespace does not touch the record of a deployment that is running', async () => {
  const running = await beginIn('elsewhere');
  const before = await kinds();

  await expect(openSession(context)).rejects.toMatchObject({
    code: 'invalid-input',
    problems: [
      {
        subject: 'namespace',
        given: 'shop',
        expected: expect.stringMatching(/^elsewhere, whose record this ledger is /),
      },
    ],
  });

  expect(await kinds()).toEqual(before);
  await running.close();
});

test('a Lease that somebody deleted is made anew, and the record goes on', async () => {
  await (await beginIn('shop')).close();
  const { cluster, service, namespace } = context;
  const [apiVersion, kind] = ['coordination.k8s.io/v1', 'Lease'];
  await cluster.remove({ apiVersion, kind, name: `slipway-${service}`, namespace });

  expect(await addedEvents()).toEqual(['abandoned 1.0.0']);
});

test('what looks like a secret is in no event, and not on GitHub', async () => {
  const shown: EventContent[] = [];
  const show = (content: EventContent): void => void shown.push(content);
  const session = await openSession({
    ...context,
    mirror: { show, close: () => Promise.resolve() },
  });
  await session.record({ kind: 'hold', reason: 'the log has password=hunter2' });
  await session.close();
  const running = await beginIn('shop');
  const attempt = findAttempt(running.state, running.state.inProgress);
  if (attempt === undefined) throw new Error('nothing has begun');
  const message = 'spec.env: Invalid value: postgres://app:hunter2@db/shop';
  await running.recordAbout(attempt, 'failed', { cause: { code: 'cluster-refused', message } });
  await running.close();

  const links = await readChain(context.client, context.ledger.repository, 'test');
  expect(links.map(({ event }) => event)).toMatchObject([
    { kind: 'hold', reason: 'the log has password=<redacted>' },
    { kind: 'started' },
    { cause: { message: 'spec.env: Invalid value: postgres://<redacted>@db/shop' } },
  ]);
  expect(JSON.stringify([links, shown])).not.toContain('hunter2');
});

async function kinds(): Promise<readonly string[]> {
  const links = await readChain(context.client, context.ledger.repository, 'test');
  return links.map(({ event }) => event.kind);
}

/** A deployment in a namespace that has begun and not ended. */
async function beginIn(namespace: string): Promise<Session> {
  const [kind, apiVersion] = ['Namespace', 'v1'];
  if (namespace !== context.namespace) {
    await context.cluster.create({ apiVersion, kind, metadata: { name: namespace } });
  }
  const version = '1.0.0';
  const reference = `memory.example.com/shop/catalog@sha256:${'a'.repeat(64)}`;
  const images = [{ name: 'catalog', reference }];
  const place = { service: context.service, environment: 'test', namespace };
  const verification = { soakMs: 0 };
  const more = { dependsOn: [], migration: 'none', verification, strategy: 'rolling' } as const;
  const bundle = await buildBundle({ ...place, version, images, ...more }, [], []);
  await pushBundle(context.client, context.ledger.repository, bundle);
  const session = await openSession({ ...context, namespace });
  const deployment = session.nextDeployment();
  const about = { deployment, intent: 'deploy', bundle: bundle.digest, version } as const;
  await session.record({ kind: 'started', ...about, image: reference });
  return session;
}

describe('a way back whose run ended before it could say that it was gone', () => {
  beforeEach(async () => {
    await record('1.0.0', good);
    await record('1.1.0', good);
  });

  /** Leaves 1.1.0 for 1.0.0, up to an event. */
  const goBack = (kinds: readonly AttemptEventKind[]) =>
    addedEvents(async (session) => {
      const [left, target] = session.state.attempts;
      if (left === undefined || target === undefined) throw new Error('nothing was deployed');
      await session.recordAbout(left, 'quarantined', { reason: 'wrong prices' });
      const back = { ...target, deployment: session.nextDeployment(), intent: 'rollback' } as const;
      for (const kind of kinds) await session.recordAbout(back, kind);
    });
  const close = () => addedEvents((session) => session.recordReturned());

  test('is recorded once', async () => {
    await goBack(['started', 'available', 'verified']);

    expect(await close()).toEqual(['rolled-back 1.1.0']);
    expect(await close()).toEqual([]);
  });

  test('is not recorded where nobody verified it', async () => {
    await goBack(['started', 'available']);

    expect(await close()).toEqual(['abandoned 1.0.0']);
  });

  test('is not recorded where nobody went', async () => {
    await goBack([]);

    expect(await close()).toEqual([]);
  });
});
