import { describe, expect, test } from '@jest/globals';
import {
  findForeign,
  judgeServices,
  listNeeded,
  readComposeServices,
  readServiceContainers,
  type ServiceContainer,
} from './compose-file.js';

const config = {
  services: {
    test: { depends_on: { api: { condition: 'service_started' } }, profiles: ['test'] },
    api: { build: { context: '.' }, depends_on: { db: { condition: 'service_healthy' } } },
    db: { image: 'postgres' },
    admin: { image: 'pgadmin', profiles: ['debug'] },
    mail: { image: 'mail' },
  },
};

describe('what is needed', () => {
  test.each([
    ['what a service depends on, and so on', 'test', ['api', 'db']],
    ['of one that depends on nothing: all that start by themselves', 'mail', ['api', 'db']],
  ])('%s', (_name, tested, needed) => {
    expect(listNeeded(readComposeServices(config), tested)).toEqual(needed);
  });

  test('two that depend on each other end', () => {
    const services = readComposeServices({
      services: { a: { depends_on: { b: {} } }, b: { depends_on: { a: {} } } },
    });

    expect(listNeeded(services, 'a')).toEqual(['b']);
  });

  test('which are built', () => {
    const built = readComposeServices(config).filter(({ isBuilt }) => isBuilt);

    expect(built.map(({ name }) => name)).toEqual(['api']);
  });
});

describe('whether they are there', () => {
  const container = (change: Partial<ServiceContainer>): ServiceContainer => ({
    service: 'db',
    status: 'running',
    exitCode: 0,
    restarts: 0,
    ...change,
  });

  test.each<[string, Partial<ServiceContainer>, string]>([
    ['healthy', { health: 'healthy' }, 'ready'],
    ['not yet healthy', { health: 'starting' }, 'waiting'],
    ['running, with no check', {}, 'ready'],
    ['a migration that is done', { status: 'exited' }, 'ready'],
    ['created', { status: 'created' }, 'waiting'],
    ['not healthy', { health: 'unhealthy', said: 'no' }, 'is not healthy: its check said “no”'],
    [
      'ended badly',
      { status: 'exited', exitCode: 3, health: 'unhealthy' },
      'ended with exit code 3',
    ],
    ['ended too early', { status: 'exited', health: 'starting' }, 'ended before it was healthy'],
    ['restarting', { status: 'restarting', restarts: 1 }, 'waiting'],
    ['restarting for good', { restarts: 3 }, 'ends again and again, 3 times so far'],
  ])('%s', (_name, change, expected) => {
    const state = judgeServices(['db'], [container(change)]);

    expect(state.state === 'failed' ? state.reason : state.state).toBe(expected);
  });

  test('one without a container is waited for', () => {
    expect(judgeServices(['db', 'mail'], [container({})])).toEqual({
      state: 'waiting',
      services: ['mail'],
    });
  });

  test('as the engine tells it', () => {
    const inspected = [
      {
        Config: { Labels: { 'com.docker.compose.service': 'db' } },
        RestartCount: 1,
        State: {
          Status: 'running',
          ExitCode: 0,
          Health: { Status: 'unhealthy', Log: [{ Output: 'first' }, { Output: 'not\n there\n' }] },
        },
      },
      { Config: { Labels: {} } },
    ];

    expect(readServiceContainers(inspected)).toEqual([
      container({ restarts: 1, health: 'unhealthy', said: 'not there' }),
    ]);
  });
});

test('what has a name of its own is not of this run alone', () => {
  const config = {
    volumes: {
      own: { name: 'p1_own' },
      shared: { name: 'orders-data' },
      kept: { name: 'kept', external: true },
    },
    networks: { default: { name: 'p1_default' }, front: { name: 'p10_front' } },
  };

  expect(findForeign('p1', config)).toEqual([
    'volume shared: orders-data',
    'network front: p10_front',
  ]);
});
