import { expect, test } from '@jest/globals';
import { tryReadBase, tryReadBaseName } from './base-images.js';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  [
    'a stage',
    `#5 [build 1/3] FROM docker.io/library/node:24@${digest}`,
    'docker.io/library/node:24',
  ],
  [
    'what COPY takes from',
    `#6 FROM r.example.com:5000/a/b:1@${digest}`,
    'r.example.com:5000/a/b:1',
  ],
  [
    'a step of one platform',
    `#5 [linux/amd64 1/2] FROM docker.io/library/a:1@${digest}`,
    'docker.io/library/a:1',
  ],
  ['what a step prints', `#7 0.123 FROM evil@${digest}`, undefined],
  [
    'what is not resolved yet',
    '#4 [internal] load metadata for docker.io/library/node:24',
    undefined,
  ],
])('BuildKit: %s', (_name, line, name) => {
  expect(tryReadBase(line)).toEqual(name === undefined ? undefined : { name, digest });
});

test.each([
  ['podman', 'STEP 1/4: FROM node:24 AS build', 'node:24'],
  ['podman, of several stages', '[1/2] STEP 1/2: FROM --platform=linux/amd64 node:24', 'node:24'],
  ['docker', 'Step 1/7 : FROM busybox:1.36 AS base', 'busybox:1.36'],
  [
    'what COPY takes from',
    'STEP 3/4: COPY --from=r.example.com/tools:2 /a /a',
    'r.example.com/tools:2',
  ],
  ['what a step mounts', 'STEP 3/4: RUN --mount=from=tools:2,target=/t true', 'tools:2'],
  ['what a step prints', 'FROM evil', undefined],
  ['another step', 'STEP 2/4: RUN echo FROM evil', undefined],
])('%s', (_name, line, name) => {
  expect(tryReadBaseName(line)).toBe(name);
});
