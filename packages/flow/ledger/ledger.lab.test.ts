import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseRepository, type Repository } from '@slipway/core/image-ref';
import { checkChain } from '@slipway/core/release';
import type { RegistryClient } from '@slipway/io/registry';
import { createManualClock } from '@slipway/testing/clock';
import {
  contentOf,
  createLeaseInMemory,
  playHistory,
  type LeaseInMemory,
} from '@slipway/testing/ledger';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient, planFaults, type FaultRule } from '@slipway/testing/registry';
import {
  openProfile,
  realRegistries,
  simulatedRegistries,
  type OpenProfile,
  type RegistryProfile,
} from '@slipway/testing/registry-profiles';
import { openLedger, readChain, verifyLedger, type Ledger } from './index.js';

/** Every program that serves a registry, and what registries are known for that cannot be had. */
const profiles: readonly RegistryProfile[] = [
  ...realRegistries.filter(({ registry }) => registry.auth === undefined),
  ...simulatedRegistries,
];

const events = 17;

describe.each(profiles.map((profile) => ({ profile, name: profile.name })))(
  'in the registry $name',
  ({ profile }) => {
    let registry: OpenProfile;
    let client: RegistryClient;
    let count = 0;
    const { movesTags } = profile.traits;

    beforeAll(async () => {
      registry = await openProfile(profile);
      const { auth, caCertificates: ca } = registry;
      ({ client } = await openTestClient({
        auth,
        ...(ca === undefined ? {} : { caCertificates: ca }),
      }));
    });

    afterAll(async () => {
      client.close();
      await registry.close();
    });

    interface Opened {
      readonly repository: Repository;
      readonly lease: LeaseInMemory;
      readonly ledger: Ledger;
    }

    function open(): Opened {
      count += 1;
      const path = `ledger/app-${count}`;
      registry.createRepository(path);
      registry.setFault(undefined);
      const repository = parseRepository(`${registry.host}/${path}`);
      const seams = { client, clock: createManualClock(), logger: createRecordingLogger() };
      const ledger = openLedger({ ...seams, repository, environment: 'test' });
      return { repository, lease: createLeaseInMemory(), ledger };
    }

    /** `PUT test.00000001` of what the registry took or answered, in order; what it threw back is sent again. */
    async function listRequests(work: () => Promise<unknown>): Promise<readonly string[]> {
      const before = registry.records.length;
      await work();
      return registry.records.slice(before).flatMap(({ method, path, status }) => {
        const tag = /\/manifests\/(?<tag>[^/]+)$/.exec(path)?.groups?.['tag'];
        const isDone = status !== 401 && status !== 429;
        return tag === undefined || !isDone ? [] : [`${method} ${tag}`];
      });
    }

    async function expectWhole({ repository, lease }: Opened, length: number): Promise<void> {
      const { acknowledged } = lease;
      const place = { client, clock: createManualClock(), repository, environment: 'test' };
      expect(await verifyLedger({ ...place, acknowledged })).toMatchObject({
        isWhole: true,
        length,
      });
      const links = await readChain(client, repository, 'test');
      expect(checkChain('test', links)).toMatchObject({ isWhole: true, length });
    }

    test('what was appended is read, and the chain is whole', async () => {
      const opened = open();

      const written = await playHistory(opened.ledger, opened.lease.take(), events);

      expect(await opened.ledger.read()).toEqual(written);
      expect(await opened.ledger.read(opened.lease.take())).toEqual(written);
      await expectWhole(opened, events);
    });

    test('requests: two to read under the Lease, one write and one read to append', async () => {
      const { ledger, lease } = open();
      const writer = lease.take();
      const head = await playHistory(ledger, writer, 8);

      const reading = await listRequests(() => ledger.read(writer));
      const appending = await listRequests(() =>
        ledger.append(head, contentOf('started', 'test.00000009', 2), writer),
      );

      expect(reading.toSorted()).toEqual(['GET test.00000008', 'GET test.00000009']);
      const moves = movesTags ? ['PUT test'] : [];
      expect(appending).toEqual(['PUT test.00000009', 'GET test.00000009', ...moves]);
    });

    test('requests: who has no Lease reads the head and one more, or looks for the end', async () => {
      const { ledger, lease } = open();
      await playHistory(ledger, lease.take(), events);

      const reading = await listRequests(() => ledger.read());

      if (movesTags) expect(reading).toEqual(['GET test', 'GET test.00000018']);
      else expect(reading.length - 1).toBeLessThanOrEqual(2 * Math.log2(events));
    });

    test('an event whose answer was lost is written once', async () => {
      const opened = open();
      const path = /manifests\/test\.00000003$/;
      const rules: FaultRule[] = [
        { method: 'PUT', path, times: 1, fault: { kind: 'reset-after' } },
      ];
      registry.setFault(planFaults(rules));

      await playHistory(opened.ledger, opened.lease.take(), events);

      await expectWhole(opened, events);
    });

    test('a registry whose reads are seconds old makes no fork', async () => {
      const opened = open();
      const old = { kind: 'answer', answer: { status: 404 } } as const;
      const get = { method: 'GET', fault: old } as const;
      await playHistory(opened.ledger, opened.lease.take(), 4);
      registry.setFault(
        planFaults([
          // the next holder does not see the last event, and nobody sees what he writes
          { ...get, path: /manifests\/test\.00000004$/, times: 4 },
          { ...get, path: /manifests\/test\.00000005$/, skip: 5, times: 4 },
        ]),
      );

      await playHistory(opened.ledger, opened.lease.take(), events);

      await expectWhole(opened, events);
    });
  },
);
