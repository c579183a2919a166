import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { owner } from '@slipway/core/owner';
import { brokenWorkflows } from './broken-workflows.js';
import { rules } from './rules.js';
import { parseWorkflowFile, readWorkflowFiles, root } from './workflow-file.js';

const files = readWorkflowFiles();
const templates = files.filter(({ path }) => path.startsWith('workflows-templates/'));

describe('the workflows keep their rules', () => {
  test.each(Object.entries(rules))('%s', (_name, check) => {
    expect(files.flatMap((file) => check(file))).toEqual([]);
  });

  test('and are there', () => {
    const paths = files.map(({ path }) => path);

    expect(paths).toEqual(
      expect.arrayContaining([
        '.github/workflows/pull-request.yml',
        '.github/workflows/continuous-delivery.yml',
        '.github/workflows/rollback.yml',
      ]),
    );
  });
});

describe('each rule can fail, and names what breaks it', () => {
  test.each(brokenWorkflows)('%s: %s', (rule, _name, text, ...messages) => {
    const found = rules[rule](parseWorkflowFile('w.yml', text));

    expect(found).toEqual(messages);
  });

  test('there is a row for each', () => {
    const shown = brokenWorkflows
      .filter(([, , , ...messages]) => messages.length > 0)
      .map(([rule]) => rule);

    expect([...new Set(shown)].toSorted()).toEqual(Object.keys(rules).toSorted());
  });
});

/** https://docs.github.com/en/actions/how-tos/reuse-automations/create-workflow-templates */
describe('a template', () => {
  test.each(templates.map((file) => [file.path, file] as const))(
    '%s is short, calls a workflow of ours, and says what it is',
    (path, { text, workflow }) => {
      const properties = JSON.parse(
        readFileSync(join(root, path.replace(/\.yml$/, '.properties.json')), 'utf8'),
      ) as unknown;

      expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
      expect(Object.values(workflow.jobs).map(({ uses }) => uses)).toEqual([
        `${owner}/.github/workflows/${path.replace('workflows-templates/', '')}@v1`,
      ]);
      expect(properties).toEqual({
        name: expect.stringMatching(/^Slipway: /),
        description: expect.stringMatching(/^\S.{20,}[^.]$/),
        iconName: expect.stringMatching(/^octicon [a-z-]+$/),
        categories: ['Deployment', 'Kubernetes'],
      });
    },
  );

  test.each(['pull-request', 'continuous-delivery', 'rollback'])('%s is there', (name) => {
    expect(existsSync(join(root, 'workflows-templates', `${name}.yml`))).toBe(true);
  });
});
