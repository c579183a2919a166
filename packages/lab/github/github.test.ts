import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHub, type GitHubStandIn } from './index.js';

let standIn: GitHubStandIn;

beforeEach(async () => {
  standIn = await startGitHub();
  standIn.repository('shop', 'orders').setEnvironment('production', ['ada']);
});

afterEach(async () => {
  await standIn.close();
});

/** It must not answer what GitHub would not. */
describe('the stand-in for GitHub', () => {
  const environment = '/repos/shop/orders/environments/production';

  test.each([
    ['an environment', 'GET', environment, 'token', 200, { name: 'production' }],
    [
      'the approvals of a run',
      'GET',
      '/repos/shop/orders/actions/runs/1/approvals',
      'token',
      200,
      [],
    ],
    [
      'a name with another case',
      'GET',
      '/repos/Shop/Orders/environments/Production',
      'token',
      200,
      { name: 'production' },
    ],
    ['no token', 'GET', environment, undefined, 404, { message: 'Not Found' }],
    ['a strange token', 'GET', environment, 'strange', 401, { message: 'Bad credentials' }],
    [
      'a token without the permission',
      'GET',
      environment,
      'weakToken',
      403,
      { message: 'Resource not accessible by integration' },
    ],
    ['a strange repository', 'GET', '/repos/shop/till/environments/production', 'token', 404, {}],
    ['a strange environment', 'GET', '/repos/shop/orders/environments/prod', 'token', 404, {}],
    [
      'a run that is no number',
      'GET',
      '/repos/shop/orders/actions/runs/x/approvals',
      'token',
      404,
      {},
    ],
    ['another endpoint', 'GET', '/repos/shop/orders/environments', 'token', 404, {}],
    ['another method', 'PUT', environment, 'token', 404, {}],
  ] as const)('%s', async (_name, method, path, kind, status, body) => {
    const tokens = { token: standIn.token, weakToken: standIn.weakToken, strange: 'ghs_strange' };
    const headers = kind === undefined ? {} : { authorization: `Bearer ${tokens[kind]}` };

    const answer = await fetch(`${standIn.apiUrl}${path}`, { method, headers });

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject(body);
    expect(standIn.requests).toEqual([`${method} ${path} ${status}`]);
  });
});
