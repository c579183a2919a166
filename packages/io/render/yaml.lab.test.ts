import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  formatManifests,
  isRecord,
  loadManifestYaml,
  parseManifests,
  recordsAt,
  setImages,
  setNamespace,
  textAt,
} from '@slipway/core/manifest';
import { digestOf, formatReference, parseRepository } from '@slipway/core/image-ref';
import { openStage, type Stage } from '@slipway/testing/stage';
import { application, documents, refused, refusedByUs, scalars } from '@slipway/testing/yaml';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command/index.js';
import { renderFiles } from './index.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('yaml');
  const metadata = { name: stage.namespace };
  await stage.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata });
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

/** What kubectl says about files; undefined when it refuses them. */
async function tryKubectl(verb: readonly string[], texts: readonly string[]) {
  const folder = await mkdtemp(join(stage.folder, 'yaml-'));
  const files: string[] = [];
  for (const [index, text] of texts.entries()) {
    const file = join(folder, `${index}.yaml`);
    await writeFile(file, text);
    files.push('--filename', file);
  }
  const place = ['--kubeconfig', stage.kubeconfig, '--context', stage.context];
  const { stdout, exitCode } = await runCommand(
    [stage.kubectl, ...verb, ...place, '--output=json', '--validate=false', ...files],
    { acceptExitCodes: [1] },
  );
  if (exitCode !== 0) return undefined;
  const list: unknown = JSON.parse(`{"items":[${stdout.replaceAll('\n}\n{', '\n},{')}]}`);
  return recordsAt(list, 'items').flatMap((value) =>
    textAt(value, 'kind') === 'List' ? recordsAt(value, 'items') : [value],
  );
}

const create = ['create', '--dry-run=client'];

/** JSON has one zero. */
function asSent(values: readonly unknown[]): readonly unknown[] {
  const sent: unknown = JSON.parse(JSON.stringify(values));
  return Array.isArray(sent) ? sent : [];
}

/** The namespace is where kubectl would put it. */
function withoutNamespace(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value['metadata'])) return value;
  const { namespace, ...metadata } = value['metadata'];
  return { ...value, metadata };
}

test('every scalar is what kubectl makes of it', async () => {
  const values = scalars.map((scalar, index) => `  v${index}: ${scalar}\n`).join('');
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nvalues:\n${values}`;

  const [theirs] = (await tryKubectl(create, [text])) ?? [];

  const [ours] = asSent(loadManifestYaml(text));
  expect(isRecord(ours) && ours['values']).toEqual(isRecord(theirs) && theirs['values']);
});

test('every document is what kubectl makes of it', async () => {
  const theirs = await tryKubectl(create, Object.values(documents));

  const ours = Object.values(documents).flatMap(loadManifestYaml);
  expect(asSent(ours).filter((document) => document !== null)).toEqual(
    theirs?.map(withoutNamespace),
  );
});

describe('what kubectl refuses we refuse, and more', () => {
  test.each(Object.entries(refused))('%s', async (_name, text) => {
    expect(() => parseManifests(text, 'a.yaml')).toThrow('in the manifests');
    expect(await tryKubectl(create, [text])).toBeUndefined();
  });

  test.each(Object.entries(refusedByUs))('%s', async (_name, text) => {
    expect(() => parseManifests(text, 'a.yaml')).toThrow('in the manifests');
    expect(await tryKubectl(create, [text])).toHaveLength(1);
  });
});

test('what is applied is the source, but for the images', async () => {
  const { namespace, cluster, folder } = stage;
  await writeFile(join(folder, 'app.yaml'), application);
  const { objects } = await renderFiles(['app.yaml'], folder);
  const repository = parseRepository('registry.example.com/shop/catalog');
  const image = { repository, digest: digestOf('a'.repeat(64)), aliases: ['catalog'] };
  const text = formatManifests(setNamespace(setImages(objects, [image]), namespace));

  const applied: unknown[] = [];
  for (const object of parseManifests(text, 'bundle')) {
    applied.push(await cluster.apply(object, { fieldManager: 'us', dryRun: true }));
  }

  const verb = ['apply', '--server-side', '--dry-run=server', '--field-manager=us'];
  const theirs = await tryKubectl([...verb, '--namespace', namespace], [application]);
  const source = JSON.stringify(theirs?.map(comparable));
  const ours = JSON.stringify(applied.map(comparable));
  expect(ours).toContain(formatReference(image));
  expect(JSON.parse(ours.replaceAll(formatReference(image), 'own'))).toEqual(
    JSON.parse(source.replaceAll(/"catalog:1\.0"/g, '"own"')),
  );
});

/** Without what the server makes anew each time. */
function comparable(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value['metadata'])) return value;
  const { uid, creationTimestamp, managedFields, resourceVersion, ...metadata } = value['metadata'];
  return { ...value, metadata };
}
