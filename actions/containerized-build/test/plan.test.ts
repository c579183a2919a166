import { describe, expect, test } from '@jest/globals';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { planBuild, type Plan } from '../src/plan.js';

const plan = (inputs: Readonly<Record<string, string>>): Plan =>
  planBuild(readWith(readInputs, inputs), {
    workspace: '/w',
    temporaryFolder: '/t',
    projectName: 'slipway-1',
  });

describe('planBuild', () => {
  test('an image: the Dockerfile is in the context, the layout where the runner keeps what is temporary', () => {
    const {
      source,
      image,
      test: tests,
      command,
      sentence,
    } = plan({ 'build-context': 'services/orders' });

    expect(source).toEqual({
      context: '/w/services/orders',
      folder: 'services/orders',
      dockerfile: '/w/services/orders/Dockerfile',
      buildArgs: [],
      cacheFrom: [],
      secrets: [],
    });
    expect(image).toEqual({
      name: 'image',
      labels: [],
      annotations: [],
      platforms: [],
      cacheTo: [],
      layout: '/t/slipway-build/image/layout',
      evidence: '/t/slipway-build/image/layout.unit-tests.intoto.json',
      provenance: '/t/slipway-build/image/layout.provenance.intoto.json',
    });
    expect([tests, command]).toEqual([undefined, undefined]);
    expect(sentence).toBe('build the image from services/orders');
  });

  test('all three: what runs first, and what belongs to each', () => {
    const built = plan({
      'run-image': 'node:24',
      run: 'npm ci',
      workdir: 'tools',
      dockerfile: 'build/Dockerfile',
      'test-target': 'test',
      target: 'app',
      secrets: 'id=key,src=key.pem',
      layout: 'out/image',
      service: 'orders',
      env: 'A=1',
    });

    expect(built.sentence).toBe(
      'run commands in node:24, then test in the stage test, then build the image, stage app, from the workspace',
    );
    expect(built.command).toEqual({
      image: 'node:24',
      script: 'npm ci',
      folder: 'tools',
      secrets: [{ id: 'key', file: '/w/key.pem' }],
      caches: [],
      variables: [],
      settings: ['A=1'],
    });
    expect(built.source?.dockerfile).toBe('/w/build/Dockerfile');
    expect(built.source?.secrets).toEqual([{ id: 'key', file: '/w/key.pem' }]);
    expect(built.test).toMatchObject({ target: 'test', settings: ['A=1'] });
    expect(built.test?.junit.map(({ text }) => text)).toEqual(['reports/*.xml']);
    expect(built.image).toMatchObject({
      name: 'orders',
      target: 'app',
      layout: '/w/out/image',
      evidence: '/w/out/image.unit-tests.intoto.json',
    });
  });

  test('tests beside services: no image, unless one is asked for', () => {
    const inputs = { 'compose-file': 'svc/compose.yml', 'compose-service': 'test' };
    const { compose, image, sentence } = plan(inputs);

    expect(sentence).toBe('test in the service test of svc/compose.yml');
    expect(image).toBeUndefined();
    expect(compose).toMatchObject({
      name: 'slipway-1',
      file: '/w/svc/compose.yml',
      folder: 'svc',
      service: 'test',
      logs: '/t/slipway-build/image/logs',
    });
    expect(plan({ ...inputs, dockerfile: 'Dockerfile' }).image?.name).toBe('image');
  });

  test('commands look for reports only where they are told to', () => {
    const commands = { 'run-image': 'node:24', run: 'npm test' };

    expect(plan(commands).command?.junit).toBeUndefined();
    expect(plan({ ...commands, junit: 'a/*.xml' }).command?.junit?.map(({ text }) => text)).toEqual(
      ['a/*.xml'],
    );
  });
});
