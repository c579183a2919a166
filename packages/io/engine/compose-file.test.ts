import { describe, expect, test } from '@jest/globals';
import {
  findForeign,
  judgeServices,
  listNeeded,
  readComposeServices,
  readServiceContainers,
  type Condition,
  type NeededService,
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
    const found = listNeeded(readComposeServices(config), tested);

    expect(found.map(({ name }) => name)).toEqual(needed);
  });

  test('two that depend on each other end', () => {
    const services = readComposeServices({
      services: { a: { depends_on: { b: {} } }, b: { depends_on: { a: {} } } },
    });

    expect(listNeeded(services, 'a')).toEqual([{ name: 'b', condition: 'service_started' }]);
  });

  test('with the most that anybody waits for who is needed, too', () => {
    const after = (...conditions: readonly string[]): unknown => ({
      depends_on: Object.fromEntries(
        conditions.map((condition, index) => [index === 0 ? 'db' : 'seed', { condition }]),
      ),
    });
    const services = readComposeServices({
      services: {
        test: after('service_started', 'service_completed_successfully'),
        seed: after('service_healthy'),
        db: {},
        other: after('service_completed_successfully'),
      },
    });

    expect(listNeeded(services, 'test')).toEqual([
      { name: 'db', condition: 'service_healthy' },
      { name: 'seed', condition: 'service_completed_successfully' },
    ]);
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

  const started = (name: string): NeededService => ({ name, condition: 'service_started' });

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
    const state = judgeServices([started('db')], [container(change)]);

    expect(state.state === 'failed' ? state.reason : state.state).toBe(expected);
  });

  test.each<[string, Condition, Partial<ServiceContainer>, string]>([
    ['a migration that still runs', 'service_completed_successfully', {}, 'waiting'],
    [
      'one whose image has a check for a server',
      'service_completed_successfully',
      { health: 'unhealthy' },
      'waiting',
    ],
    [
      'it ended well',
      'service_completed_successfully',
      { status: 'exited', health: 'unhealthy' },
      'ready',
    ],
    [
      'it failed',
      'service_completed_successfully',
      { status: 'exited', exitCode: 1 },
      'ended with exit code 1',
    ],
    ['healthy', 'service_healthy', { health: 'healthy' }, 'ready'],
    ['not yet healthy', 'service_healthy', { health: 'starting' }, 'waiting'],
    ['not yet started', 'service_healthy', { status: 'created' }, 'waiting'],
    ['what nothing checks', 'service_healthy', {}, 'must be healthy, and has no health check'],
    ['ended', 'service_healthy', { status: 'exited' }, 'ended before it was healthy'],
  ])('as it is waited for: %s', (_name, condition, change, expected) => {
    const state = judgeServices([{ name: 'db', condition }], [container(change)]);

    expect(state.state === 'failed' ? state.reason : state.state).toBe(expected);
  });

  test('one without a container is waited for', () => {
    expect(judgeServices([started('db'), started('mail')], [container({})])).toEqual({
      state: 'waiting',
      services: [started('mail')],
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
      {
        Config: {
          Labels: { 'com.docker.compose.service': 'db' },
          Healthcheck: { Test: ['CMD', 'check'] },
        },
        State: { Status: 'running', ExitCode: 0 },
      },
    ];

    expect(readServiceContainers(inspected)).toEqual([
      container({ restarts: 1, health: 'unhealthy', said: 'not there' }),
      container({ health: 'starting' }),
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
