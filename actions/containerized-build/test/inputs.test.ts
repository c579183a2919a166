import { describe, expect, test } from '@jest/globals';
import type { Problem } from '@slipway/core/errors';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs, type Inputs } from '../src/inputs.js';

const config = `apiVersion: slipway/v1
services:
  orders:
    image: registry.example.com/team/orders
    build: { context: services/orders, dockerfile: build/Dockerfile, target: app, test-target: test }
`;

const read = (inputs: Readonly<Record<string, string>>, files = {}): Inputs =>
  readWith(readInputs, inputs, files);
const problemsOf = (
  inputs: Readonly<Record<string, string>>,
  files = {},
): readonly (readonly [string, string | undefined, string])[] =>
  listProblems(readInputs, inputs, files).map(({ subject, given, expected }: Problem) => [
    subject,
    given,
    expected,
  ]);

describe('readInputs', () => {
  test('defaults: the Dockerfile of the workspace, and no tests', () => {
    expect(read({})).toEqual({
      name: 'image',
      image: {
        context: '.',
        buildArgs: [],
        cacheFrom: [],
        cacheTo: [],
        secrets: [],
        labels: [],
        annotations: [],
        platforms: [],
      },
      container: { variables: [], settings: [] },
      engine: 'auto',
      junit: [],
      timeoutMs: 1_800_000,
    });
  });

  test('what is built is the service’s in the configuration; an input goes before it', () => {
    const { name, service, image } = read({ target: 'slim' }, { '.github/slipway.yml': config });

    expect([name, service]).toEqual(['registry.example.com/team/orders', 'orders']);
    expect(image).toMatchObject({
      context: 'services/orders',
      dockerfile: 'build/Dockerfile',
      target: 'slim',
      testTarget: 'test',
    });
  });

  test.each([
    ['commands alone: no image', {}, {}, false],
    ['commands, and a Dockerfile that is named', { dockerfile: 'Dockerfile' }, {}, true],
    ['commands, and a build in the configuration', {}, { '.github/slipway.yml': config }, true],
  ])('%s', (_name, more, files, isImage) => {
    const { command, image } = read(
      { 'run-image': 'node:24', run: 'npm ci\nnpm test', ...more },
      files,
    );

    expect(command).toEqual({
      image: 'node:24',
      script: 'npm ci\nnpm test',
      folder: '.',
      secrets: [],
      caches: [],
    });
    expect(image !== undefined).toBe(isImage);
  });

  test('lines may hold commas; variables have a value, or are taken from the step', () => {
    const { image, container } = read({
      'test-target': 'test',
      labels: 'description=an image, of ours\nempty=',
      'build-args': 'VERSION=1.4.0\nCOMMIT',
      secrets: 'id=npm,env=NPM_TOKEN\nid=key,src=deploy/key.pem',
      platforms: 'linux/amd64, linux/arm64/v8',
      env: 'COLOUR=dark, blue\nTOKEN',
      user: '1001:118',
      network: 'none',
    });

    expect(image).toMatchObject({
      labels: ['description=an image, of ours', 'empty='],
      buildArgs: ['VERSION=1.4.0', 'COMMIT'],
      secrets: [
        { id: 'npm', variable: 'NPM_TOKEN' },
        { id: 'key', file: 'deploy/key.pem' },
      ],
      platforms: ['linux/amd64', 'linux/arm64/v8'],
    });
    expect(container).toEqual({
      variables: ['TOKEN'],
      settings: ['COLOUR=dark, blue'],
      user: '1001:118',
      network: 'none',
    });
  });
});

describe('what is refused', () => {
  test('all that is wrong is told at once, and no secret with it', () => {
    const inputs = {
      dockerfile: '/etc/passwd',
      'build-context': '../other',
      'test-target': 'a stage',
      'build-args': '=1',
      secrets: 'NPM_TOKEN=hunter2',
      platforms: 'amd64',
      labels: 'no value',
      env: '1A=b',
      user: 'a b',
      engine: 'kaniko',
      junit: '../*.xml',
      timeout: 'long',
      'cache-from': 'gha, please',
      pull: 'always',
    };

    const problems = problemsOf(inputs);

    expect(problems).toEqual([
      ['dockerfile', '/etc/passwd', 'a path in the workspace'],
      ['test-target', 'a stage', 'the name of a stage of the Dockerfile'],
      ['build-context', '../other', 'a path in the workspace'],
      ['build-args', '=1', 'a line NAME=value, or NAME'],
      ['secrets', undefined, 'lines id=<name>,env=<variable> or id=<name>,src=<file>'],
      ['labels', 'no value', 'a line name=value'],
      ['platforms', 'amd64', 'a platform such as linux/amd64'],
      ['cache-from', 'gha, please', 'a line type=<type>,<name>=<value>, or a repository'],
      ['junit', '../*.xml', 'a relative pattern such as reports/*.xml, with *, ** and ?'],
      ['env', '1A=b', 'a line NAME=value, or NAME'],
      ['user', 'a b', 'uid:gid, or the name of a user'],
      ['engine', 'kaniko', 'one of auto, docker, podman, buildah'],
      ['timeout', 'long', 'a duration such as 90s, 10m or 1h30m'],
      ['pull', undefined, expect.stringMatching(/^one of the inputs annotations, /)],
    ]);
    expect(JSON.stringify(listProblems(readInputs, inputs))).not.toContain('hunter2');
  });

  test.each<[string, Readonly<Record<string, string>>, readonly unknown[]]>([
    [
      'run-image alone',
      { 'run-image': 'node:24' },
      ['run', undefined, 'a value, as run-image has one'],
    ],
    [
      'a Compose file alone',
      { 'compose-file': 'compose.yml' },
      ['compose-service', undefined, 'a value, as compose-file has one'],
    ],
    [
      'a Compose service alone',
      { 'compose-service': 'test' },
      ['compose-file', undefined, 'a value, as compose-service has one'],
    ],
    ['run alone', { run: 'npm test' }, ['run-image', undefined, 'a value, as run has one']],
    [
      'a folder for no commands',
      { workdir: 'a' },
      ['workdir', 'a', 'nothing where there is no run'],
    ],
    [
      'caches for no commands',
      { 'cache-volumes': 'npm:~/.npm' },
      ['cache-volumes', 'npm:~/.npm', 'nothing where there is no run'],
    ],
    [
      'a cache without a name',
      { 'run-image': 'node:24', run: 'npm ci', 'cache-volumes': '~/.npm' },
      ['cache-volumes', '~/.npm', 'lines <name>:<path in the container>, such as npm:~/.npm'],
    ],
    [
      'secrets for Compose alone',
      { 'compose-file': 'c.yml', 'compose-service': 'test', secrets: 'id=a,env=A' },
      ['secrets', 'id=a,env=A', 'nothing where no image is built and no commands are run'],
    ],
    [
      'a network for services alone',
      { 'compose-file': 'c.yml', 'compose-service': 'test', network: 'none' },
      ['network', 'none', 'nothing where services alone run'],
    ],
    [
      'reports of no tests',
      { junit: '*.xml' },
      ['junit', '*.xml', 'nothing where no container runs'],
    ],
    [
      'variables for no container',
      { env: 'A=1' },
      ['env', 'A=1', 'nothing where no container runs'],
    ],
    [
      'labels for no image',
      { 'run-image': 'node:24', run: 'npm test', labels: 'a=1' },
      ['labels', 'a=1', 'nothing where no image is built'],
    ],
  ])('%s', (_name, inputs, problem) => {
    expect(problemsOf(inputs)).toEqual([problem]);
  });
});
