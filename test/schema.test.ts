import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { parseConfig } from '@slipway/core/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const schema = JSON.parse(readFileSync(`${root}/docs/slipway.schema.json`, 'utf8')) as object;
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

function isAcceptedByCode(text: string): boolean {
  try {
    parseConfig(text, 'slipway.yml');
    return true;
  } catch {
    return false;
  }
}

const head = 'apiVersion: slipway/v1\n';

/** What editors complete and what the actions accept is the same. */
describe('docs/slipway.schema.json agrees with the code', () => {
  test.each([
    ['the example', readFileSync(`${root}/examples/shop/.github/slipway.yml`, 'utf8'), true],
    ['only a version', head, true],
    ['a service without settings', `${head}services: { a: }`, true],
    ['one manifest', `${head}services: { a: { deploy: { manifests: deploy } } }`, true],
    [
      'a port as a number',
      `${head}services: { a: { deploy: { smoke-test: { path: /, port: 80 } } } }`,
      true,
    ],
    [
      'a chart with values',
      `${head}services: { a: { deploy: { chart: { path: deploy, values: [a.yaml], release-name: b } } } }`,
      true,
    ],
    [
      'a chart in a registry',
      `${head}services: { a: { deploy: { chart: { reference: "oci://r.example.com/charts/a:1.0.0" } } } }`,
      true,
    ],
    ['a chart from nowhere', `${head}services: { a: { deploy: { chart: {} } } }`, false],
    [
      'a chart from two places',
      `${head}services: { a: { deploy: { chart: { path: a, reference: "oci://r.example.com/a:1" } } } }`,
      false,
    ],
    [
      'a chart that is no folder',
      `${head}services: { a: { deploy: { chart: { path: "oci://r.example.com/a:1" } } } }`,
      false,
    ],
    [
      'a chart without a version',
      `${head}services: { a: { deploy: { chart: { reference: "oci://r.example.com/a" } } } }`,
      false,
    ],
    [
      'a release with a bad name',
      `${head}services: { a: { deploy: { chart: { path: a, release-name: A } } } }`,
      false,
    ],
    [
      'what an environment is to charts',
      `${head}environments: { a: { kube-version: 1.34.2, api-versions: [monitoring.coreos.com/v1] } }`,
      true,
    ],
    [
      'a version with one part as a number',
      `${head}environments: { a: { kube-version: 1 } }`,
      false,
    ],
    ['no version of Kubernetes', `${head}environments: { a: { kube-version: new } }`, false],
    ['what depends on nothing', `${head}services: { a: { depends-on: [] } }`, true],
    ['a policy that requires nothing', `${head}policy: { require: [] }`, true],
    ['an unknown gate', `${head}policy: { require: [luck] }`, false],
    [
      'a freeze without an end',
      `${head}policy: { freezes: [{ from: 2026-12-20, reason: x }] }`,
      false,
    ],
    ['a system is none', `${head}system: shop`, false],
    ['another version', 'apiVersion: slipway/v2', false],
    ['no version', 'services: {}', false],
    ['an unknown key', `${head}colour: blue`, false],
    ['an unknown key of a service', `${head}services: { a: { colour: blue } }`, false],
    ['an unknown key of an environment', `${head}environments: { a: { colour: blue } }`, false],
    ['a bad name', `${head}services: { A: {} }`, false],
    ['no manifests', `${head}services: { a: { deploy: { manifests: [] } } }`, false],
    [
      'a smoke test without a path',
      `${head}services: { a: { deploy: { smoke-test: { port: 80 } } } }`,
      false,
    ],
    [
      'a path without a slash',
      `${head}services: { a: { deploy: { smoke-test: { path: x } } } }`,
      false,
    ],
    [
      'a bad duration',
      `${head}services: { a: { deploy: { smoke-test: { path: /, timeout: 10 } } } }`,
      false,
    ],
    ['a list of services', `${head}services: [a]`, false],
  ])('%s', (_name, text, isAccepted) => {
    expect({ schema: validate(load(text)), code: isAcceptedByCode(text) }).toEqual({
      schema: isAccepted,
      code: isAccepted,
    });
  });
});
