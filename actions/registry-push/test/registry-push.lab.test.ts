import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTestResult } from '@slipway/core/evidence';
import { digestOf, parseDigest, parseRepository, type Digest } from '@slipway/core/image-ref';
import { fetchEvidence } from '@slipway/flow/evidence';
import { openLab } from '@slipway/lab/parts';
import { writeLayout } from '@slipway/testing/layout';
import { openTestClient } from '@slipway/testing/registry';

interface Step {
  readonly exitCode: number | null;
  readonly log: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
}

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const outputPattern = /^(?<name>[\w-]+)<<(?<end>\S+)\n(?<value>[\s\S]*?)\n\k<end>$/gm;

describe('registry-push, as a step', () => {
  let host: string;
  let workspace: string;
  let digest: string;

  beforeAll(async () => {
    ({ host } = await (await openLab()).registry('candidates'));
    workspace = await mkdtemp(join(tmpdir(), 'step-'));
    const layout = { layers: ['a layer'], platforms: ['amd64', 'arm64'] };
    ({
      root: { digest },
    } = await writeLayout(join(workspace, 'image'), layout));
  });

  afterAll(async () => {
    await rm(workspace, { recursive: true });
  });

  async function writeStatement(
    file: string,
    gate: 'unit-tests' | 'integration',
    about: Digest,
  ): Promise<void> {
    const fixed = { name: 'app', result: 'PASSED', configuration: [] } as const;
    const text = formatTestResult({ ...fixed, gate, digest: about, at: '2026-01-01T00:00:00Z' });
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), text);
  }

  /** Runs the action in a process of its own, with files for outputs and summary as a runner gives them. */
  async function runStep(inputs: Readonly<Record<string, string>>): Promise<Step> {
    const [output, summary] = [join(workspace, 'output'), join(workspace, 'summary')];
    await Promise.all(
      [output, summary, join(workspace, 'state')].map((file) => writeFile(file, '')),
    );
    const variables = Object.entries(inputs).map(([name, value]): [string, string] => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]);
    const script = `import { main } from ${JSON.stringify(main)}; await main();`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      {
        cwd: import.meta.dirname,
        env: {
          PATH: process.env['PATH'],
          DOCKER_CONFIG: join(workspace, 'no-docker'),
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: workspace,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          GITHUB_STATE: join(workspace, 'state'),
          ...Object.fromEntries(variables),
        },
      },
    );
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    }
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const found = [...(await readFile(output, 'utf8')).matchAll(outputPattern)];
    const outputs = new Map(
      found.map(({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? '']),
    );
    return { exitCode, log, outputs, summary: await readFile(summary, 'utf8') };
  }

  test('pushes, then finds everything there', async () => {
    const image = `${host}/step-test/${process.pid}`;
    const inputs = { source: 'image', image, tags: '1.0.0\nlatest', 'plain-http': host };

    const first = await runStep(inputs);
    const second = await runStep(inputs);

    expect(first.exitCode).toBe(0);
    expect(Object.fromEntries(first.outputs)).toEqual({
      reference: `${image}@${digest}`,
      digest,
      tags: '1.0.0\nlatest',
      pushed: '6',
      unchanged: 'false',
      'failure-code': '',
      'failure-message': '',
    });
    expect(first.summary).toContain(`✅ ${image}: pushed and read back`);
    expect(second.exitCode).toBe(0);
    expect(second.outputs.get('pushed')).toBe('0');
    expect(second.outputs.get('unchanged')).toBe('true');
    expect(second.log).not.toMatch(/^sent /m);
  });

  test('evidence is attached with the image, and a second run finds it there', async () => {
    const image = `${host}/step-test/${process.pid}-evidence`;
    await writeStatement('evidence/unit.json', 'unit-tests', parseDigest(digest));
    await writeStatement('evidence/integration.json', 'integration', parseDigest(digest));
    const evidence = 'evidence/unit.json, evidence/*.json';
    const inputs = { source: 'image', image, tags: '1.0.0', evidence, 'plain-http': host };

    const first = await runStep(inputs);
    const second = await runStep(inputs);

    const { client, logger } = await openTestClient({ plainHttp: [host] });
    const found = await fetchEvidence(client, parseRepository(image), parseDigest(digest), logger);
    client.close();
    expect(first.exitCode).toBe(0);
    // 3 layers and configs and the index's 3 manifests, and for the evidence 3 blobs and 2 manifests.
    expect(first.outputs.get('pushed')).toBe('11');
    expect(found.map(({ statement }) => statement.testResult?.gate).toSorted()).toEqual([
      'integration',
      'unit-tests',
    ]);
    for (const { digest: referrer } of found) expect(first.summary).toContain(`(\`${referrer}\`)`);
    expect(second.outputs.get('pushed')).toBe('0');
    expect(second.outputs.get('unchanged')).toBe('true');
    expect(first.log.indexOf('tag ')).toBeGreaterThan(first.log.lastIndexOf('sent sha256:'));
  });

  test('evidence about another image, and what is no evidence, are told before the registry is asked', async () => {
    const other = digestOf('e'.repeat(64));
    await writeStatement('other.json', 'unit-tests', other);
    await writeFile(join(workspace, 'junit.xml'), '<testsuites/>');

    const step = await runStep({
      source: 'image',
      image: '127.0.0.1:1/a',
      evidence: 'other.json, junit.xml',
    });

    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('failure-code')).toBe('evidence-invalid');
    expect(step.outputs.get('failure-message')).toContain(
      `other.json is about ${other}, not about ${digest}; junit.xml is not an in-toto statement: it is not JSON`,
    );
  });

  test('nonsense: every problem is an annotation, outputs are set, exit code 1', async () => {
    const step = await runStep({
      source: 'docker://image',
      image: 'No/Image',
      'registry-auth': 'r.example.com/x ci hunter2',
    });

    expect(step.exitCode).toBe(1);
    expect(step.log.match(/^::error/gm)).toHaveLength(3);
    expect(step.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hunter2');
    expect(step.outputs.get('failure-code')).toBe('invalid-input');
    expect(step.outputs.get('reference')).toBe('');
  });

  test('a layout that is not whole is told before the registry is asked', async () => {
    const step = await runStep({ source: '.', image: '127.0.0.1:1/a' });

    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('failure-code')).toBe('source-invalid');
    expect(step.outputs.get('failure-message')).toContain(
      'expected the file of an OCI image layout with version 1.0.0',
    );
  });
});
