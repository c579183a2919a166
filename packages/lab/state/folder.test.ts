import { describe, expect, test } from '@jest/globals';
import { defaultLabFolder, labId } from './index.js';

describe('defaultLabFolder', () => {
  const id = labId('/src/slipway');

  test.each([
    ['the home folder', { HOME: '/home/me' }, `/home/me/.local/state/slipway-lab/${id}`],
    ['XDG_STATE_HOME', { HOME: '/home/me', XDG_STATE_HOME: '/s' }, `/s/slipway-lab/${id}`],
    ['LAB_DIR', { HOME: '/home/me', LAB_DIR: '/tmp/lab' }, '/tmp/lab'],
    ['an empty LAB_DIR', { HOME: '/h', LAB_DIR: '' }, `/h/.local/state/slipway-lab/${id}`],
  ])('%s decides', (_name, environment, expected) => {
    const folder = defaultLabFolder(environment, '/src/slipway');

    expect(folder).toBe(expected);
  });

  test('a lab of existing clusters is another one than that with its own', () => {
    const own = defaultLabFolder({ HOME: '/h' }, '/a');
    const existing = defaultLabFolder({ HOME: '/h', LAB_KUBECONFIG: '/h/.kube/config' }, '/a');

    expect(existing).not.toBe(own);
  });

  test('two checkouts have two labs', () => {
    const folders = ['/a', '/b'].map((checkout) => defaultLabFolder({ HOME: '/h' }, checkout));

    expect(new Set(folders).size).toBe(2);
  });
});
