import { createTestRuntime } from '@slipway/testing/runtime';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepository } from '@slipway/core/image-ref';
import { openLedger } from '@slipway/flow/ledger';
import type { Report } from '@slipway/flow/runtime';
import { openLab, type Lab } from '@slipway/lab/parts';
import { readWith } from '@slipway/testing/inputs';
import { openTestClient } from '@slipway/testing/registry';
import { appendEvents } from '@slipway/testing/system';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

let lab: Lab;
let folder: string;
let ledgers: string;
let parts: Awaited<ReturnType<typeof openTestClient>>;

beforeAll(async () => {
  lab = await openLab();
  const { host } = await lab.registry('candidates');
  folder = mkdtempSync(join(tmpdir(), 'slipway-status-'));
  ledgers = `${host}/status-${process.pid}`;
  parts = await openTestClient({ plainHttp: [host] });
  const good = ['started', 'available', 'verified', 'known-good'] as const;
  await record('test', 'catalog', '1.1.0', good);
  await record('production', 'catalog', '1.0.0', good);
  await record('production', 'catalog', '1.0.1', ['started', 'failed', 'quarantined']);
  await record('test', 'orders', '2.0.0', ['started', 'available', 'verified']);
  parts.clock.advance(30 * 60_000);
});

afterAll(async () => {
  parts.client.close();
  rmSync(folder, { recursive: true });
  await lab.close();
});

async function record(
  environment: string,
  service: string,
  version: string,
  kinds: Parameters<typeof appendEvents>[2],
): Promise<void> {
  const repository = parseRepository(`${ledgers}/${service}`);
  await appendEvents(openLedger({ ...parts, repository, environment }), version, kinds);
}

/** One step of a workflow. */
async function showStatus(
  inputs: Readonly<Record<string, string>> = {},
  production = `${ledgers}/{service}`,
): Promise<Report> {
  const { client, clock, logger } = parts;
  const runtime = createTestRuntime({ client, logger, folder }, { clock });
  const text = `
apiVersion: slipway/v1
system: shop
services: { catalog: {}, orders: {} }
environments:
  test: { ledger: "${ledgers}/{service}" }
  production: { production: true, ledger: "${production}" }
`;
  const given = { system: 'system.yml', ...inputs };
  return report(await run(readWith(readInputs, given, { 'system.yml': text }), runtime));
}

describe('what is where', () => {
  test('in the log, in the summary, and for machines', async () => {
    const { outputs, summary, failure } = await showStatus();

    expect(failure).toBeUndefined();
    expect(parts.logger.lines.slice(-5)).toEqual([
      'service   test                                 production',
      'catalog   1.1.0, known good, live for 30 min   1.0.0, known good, live for 30 min, 1.0.1 failed, quarantined: 1.0.1',
      'orders    2.0.0, verified, live for 30 min     –',
      'catalog: production has 1.0.0 and lags behind test, which has 1.1.0',
      'orders: production has nothing and lags behind test, which has 2.0.0',
    ]);
    expect(summary).toContain('### 📋 shop: what is where');
    expect(JSON.parse(outputs['json'] ?? '')).toMatchObject({
      system: 'shop',
      at: '2026-01-01T00:30:00.000Z',
      services: {
        catalog: {
          test: { version: '1.1.0', state: 'known-good', since: '2026-01-01T00:00:00.000Z' },
          production: { version: '1.0.0', unsuccessful: { version: '1.0.1', state: 'failed' } },
        },
        orders: { test: { version: '2.0.0', state: 'verified' }, production: null },
      },
      behind: [{ service: 'catalog', newer: '1.1.0' }, { service: 'orders' }],
    });
  });

  test('in a file, as a table or as JSON', async () => {
    const table = await showStatus({ output: 'out/status.md' });
    const json = await showStatus({ output: 'out/status.json', format: 'json' });

    expect(readFileSync(join(folder, 'out/status.md'), 'utf8')).toBe(table.summary);
    const written = JSON.parse(readFileSync(join(folder, 'out/status.json'), 'utf8')) as unknown;
    expect(written).toEqual(JSON.parse(json.outputs['json'] ?? ''));
    expect(parts.logger.lines.at(-1)).toBe(JSON.stringify(written, undefined, 2));
  });

  test('a record that cannot be read is not taken for empty, and hides no other', async () => {
    const { outputs, summary, failure } = await showStatus({}, '127.0.0.1:1/{service}-ledger');

    expect(failure?.code).toBe('registry-unreachable');
    expect(failure?.message).toBe(
      '2 of 4 records could not be read, first that of catalog in production',
    );
    expect(summary).toContain('### ❌ shop: not every record could be read');
    expect(summary).toMatch(
      /^\| catalog \| 1\.1\.0<br>known good<br>live for [^|]+ \| could not be read \(registry-unreachable\) \|$/m,
    );
    expect(JSON.parse(outputs['json'] ?? '')).toMatchObject({
      services: { catalog: { production: { failure: { code: 'registry-unreachable' } } } },
      behind: [],
    });
  });
});
