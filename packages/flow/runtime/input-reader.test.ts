import { describe, expect, test } from '@jest/globals';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { parseTag } from '@slipway/core/image-ref';
import { createInputReader, type InputReader } from './index.js';

const config = `apiVersion: slipway/v1
services: { catalog: { image: registry.example.com/shop/catalog } }
environments: { test: { namespace: shop } }
`;

function readerOf(
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): InputReader {
  const variables = Object.entries(inputs).map(([name, text]): [string, string] => [
    `INPUT_${name.toUpperCase()}`,
    text,
  ]);
  return createInputReader(Object.fromEntries(variables), (path) => files[path]);
}

function problemsOf(reader: InputReader): readonly Problem[] {
  try {
    reader.finish();
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems;
    throw error;
  }
  return [];
}

test('every problem is told at once', () => {
  const reader = readerOf({ tags: 'a b, .x', 'dry-run': 'yes', timeout: '10', colour: 'blue' });

  reader.required('image', (text) => text);
  reader.list('tags', parseTag);
  reader.boolean('dry-run', false);
  reader.duration('timeout', '10m');

  expect(problemsOf(reader)).toEqual([
    { subject: 'image', expected: 'a value', fix: 'Set the input image; it has no default.' },
    expect.objectContaining({ subject: 'tags', given: 'a b' }),
    expect.objectContaining({ subject: 'tags', given: '.x' }),
    { subject: 'dry-run', given: 'yes', expected: 'one of true, false' },
    expect.objectContaining({ subject: 'timeout', given: '10' }),
    {
      subject: 'colour',
      expected: 'one of the inputs dry-run, image, tags, timeout',
      fix: 'Remove the input, or mend its spelling.',
    },
  ]);
});

test('an empty input takes the value of the configuration, then its default', () => {
  const reader = readerOf({ timeout: ' ' });

  expect(reader.required('image', (text) => text, 'from-config')).toBe('from-config');
  expect(reader.duration('timeout', '10m')).toBe(600_000);
  expect(reader.optional('soak', (text) => text)).toBeUndefined();
  expect(problemsOf(reader)).toEqual([]);
});

test('a cross-field check runs only when all is well so far', () => {
  const reader = readerOf({ 'dry-run': 'x' });

  reader.boolean('dry-run', false);
  reader.check(() => {
    throw new Error('must not run');
  });

  expect(problemsOf(reader)).toHaveLength(1);
});

describe('the service', () => {
  test('is the only one in the configuration', () => {
    const service = readerOf({}, { '.github/slipway.yml': config }).service();

    expect(service.name).toBe('catalog');
    expect(service.settings?.image).toBe('registry.example.com/shop/catalog');
  });

  test.each([
    ['empty', ''],
    ['the default, as a runner passes it', '.github/slipway.yml'],
  ])('needs no configuration when it is named: config is %s', (_name, given) => {
    expect(readerOf({ service: 'orders', config: given }).service()).toEqual({ name: 'orders' });
  });

  test.each([
    ['nothing names it', {}, {}, 'a name'],
    ['unknown', { service: 'orders' }, { '.github/slipway.yml': config }, 'one of catalog'],
    [
      'a configuration that is not there',
      { service: 'a', config: 'x.yml' },
      {},
      'a file in the workspace',
    ],
  ])('refuses: %s', (_name, inputs, files, expected) => {
    const reader = readerOf(inputs, files);

    reader.service();

    expect(problemsOf(reader).map((problem) => problem.expected)).toEqual([expected]);
  });
});

test('an environment must be known where the configuration names any', () => {
  const reader = readerOf({ environment: 'prod' }, { '.github/slipway.yml': config });

  reader.environment();

  expect(problemsOf(reader)).toEqual([
    {
      subject: 'environment',
      given: 'prod',
      expected: 'one of test',
      fix: 'Add it to .github/slipway.yml, or mend the name.',
    },
  ]);
});
