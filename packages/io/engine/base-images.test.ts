import { expect, test } from '@jest/globals';
import { tryReadBase } from './base-images.js';

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
