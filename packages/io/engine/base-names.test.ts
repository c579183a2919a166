import { expect, test } from '@jest/globals';
import { chooseRepoDigest, createBaseNames } from './base-names.js';

test.each([
  ['podman', ['STEP 1/4: FROM node:24 AS build'], ['node:24']],
  ['several stages', ['[1/2] STEP 1/2: FROM --platform=linux/amd64 node:24'], ['node:24']],
  ['docker', ['Step 1/7 : FROM busybox:1.36 AS base'], ['busybox:1.36']],
  ['what COPY takes from', ['STEP 3/4: COPY --from=r.io/tools:2 /a /a'], ['r.io/tools:2']],
  ['what a step mounts', ['STEP 3/4: RUN --mount=from=tools:2,target=/t true'], ['tools:2']],
  ['what a step prints', ['FROM evil', 'STEP 2/4: RUN echo FROM evil'], []],
  [
    'a stage is no image, whatever it is called',
    [
      'STEP 1/2: FROM golang:1.26 as Build',
      'STEP 1/3: FROM busybox',
      'STEP 2/3: COPY --from=build /a /a',
      'STEP 3/3: COPY --from=0 /b /b',
    ],
    ['golang:1.26', 'busybox'],
  ],
  [
    'a stage that is called as its image',
    ['STEP 1/1: FROM busybox AS busybox', 'STEP 1/1: FROM busybox'],
    ['busybox'],
  ],
])('%s', (_name, lines, expected) => {
  const names = createBaseNames();

  for (const line of lines) names.push(line);

  expect(names.read()).toEqual(expected);
});

const [one, other] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];

test.each([
  ['of its own repository', 'node:24', [`r.io/mirror@${one}`, `node@${other}`], other],
  ['of a short name', 'node', [`docker.io/library/node@${one}`], one],
  ['of a host with a port', 'r.io:5000/a/b:1', [`r.io:5000/a/b@${one}`], one],
  ['of another repository', 'shop/node:24', [`docker.io/library/node@${one}`], undefined],
  ['that the Dockerfile names', `node:24@${one}`, [], one],
  ['of what was never in a registry', 'orders-base', [], undefined],
])('the digest %s', (_name, name, known, expected) => {
  expect(chooseRepoDigest(name, known)).toBe(expected);
});
