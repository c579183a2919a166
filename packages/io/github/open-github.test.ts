import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Secret } from '@slipway/core/secret';
import { startGitHub, type GitHubStandIn } from '@slipway/lab/github';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { openGitHub, type GitHub } from './index.js';

let standIn: GitHubStandIn;
let logger: RecordingLogger;

beforeAll(async () => {
  standIn = await startGitHub();
  const orders = standIn.repository('shop', 'orders');
  orders.setEnvironment('production', []);
  orders.setEnvironment('production-approval', ['ada', 'octocat']);
  orders.setEnvironment('cluster 1/eu', ['ada']);
  orders.setFile('.github/slipway.yml', `apiVersion: slipway/v1\n# ${'ü'.repeat(100)}\n`);
  orders.approve('41', 'production-approval', 'ada', 'the diff is what I expect');
  orders.reject('42', 'production-approval', 'ada', 'not on a Friday');
  orders.approve('42', 'production-approval', 'octocat', '');
});

afterAll(async () => {
  await standIn.close();
});

beforeEach(() => {
  logger = createRecordingLogger();
});

interface Settings {
  readonly token?: string;
  readonly apiUrl?: string;
  readonly repository?: string;
}

function open({
  token = standIn.token,
  apiUrl,
  repository = 'shop/orders',
}: Settings = {}): GitHub {
  const secret = Secret.of(token);
  return openGitHub({ token: secret, apiUrl: apiUrl ?? standIn.apiUrl, repository, logger });
}

describe('fetchEnvironment', () => {
  test.each([
    ['nobody is asked', 'production', { name: 'production', reviewers: 0 }],
    ['two may approve', 'production-approval', { name: 'production-approval', reviewers: 2 }],
    ['a name that is no path', 'cluster 1/eu', { name: 'cluster 1/eu', reviewers: 1 }],
    ['another case', 'Production-Approval', { name: 'production-approval', reviewers: 2 }],
    ['there is none', 'prodution', undefined],
  ])('%s', async (_name, environment, expected) => {
    const found = await open().fetchEnvironment(environment);

    expect(found).toEqual(expected);
  });
});

describe('fetchFile', () => {
  test('is the text of the default branch', async () => {
    const text = await open().fetchFile('.github/slipway.yml');

    expect(text).toBe(`apiVersion: slipway/v1\n# ${'ü'.repeat(100)}\n`);
  });

  test('is undefined where there is none', async () => {
    expect(await open().fetchFile('.github/other.yml')).toBeUndefined();
  });
});

describe('listApprovals', () => {
  const environment = 'production-approval';

  test.each([
    [
      'one',
      '41',
      [{ environment, state: 'approved', actor: 'ada', comment: 'the diff is what I expect' }],
    ],
    [
      'a change of mind, in its order',
      '42',
      [
        { environment, state: 'rejected', actor: 'ada', comment: 'not on a Friday' },
        { environment, state: 'approved', actor: 'octocat', comment: '' },
      ],
    ],
    ['a run that waited for nothing', '43', []],
  ])('%s', async (_name, run, expected) => {
    const approvals = await open().listApprovals(run);

    expect(approvals).toEqual(expected);
  });
});

const permissions =
  'Give the job permissions: { actions: read, contents: read }, and pass github-token on.';

describe('a refusal', () => {
  test.each([
    [
      'a token that GitHub does not know',
      (): Settings => ({ token: 'ghs_elsewhere' }),
      'GitHub does not tell the approvals of run 41 of shop/orders: it answered with 401',
      'Bad credentials',
    ],
    [
      'a job without the permission',
      (): Settings => ({ token: standIn.weakToken }),
      'GitHub does not tell the approvals of run 41 of shop/orders: it answered with 403',
      'Resource not accessible by integration',
    ],
  ])('%s', async (_name, settings, message, cause) => {
    const work = open(settings()).listApprovals('41');

    await expect(work).rejects.toMatchObject({
      code: 'github-refused',
      message,
      cause: { message: cause },
      fix: permissions,
    });
  });

  test('a repository that the token does not see', async () => {
    const work = open({ repository: 'shop/elsewhere' }).listApprovals('41');

    await expect(work).rejects.toMatchObject({
      code: 'github-refused',
      message:
        'GitHub does not tell the approvals of run 41 of shop/elsewhere: it answered with 404',
      fix: permissions,
    });
  });

  test('nobody answers', async () => {
    const gone = await startGitHub();
    await gone.close();

    const work = open({ apiUrl: gone.apiUrl }).fetchEnvironment('production');

    await expect(work).rejects.toMatchObject({
      code: 'github-refused',
      message: expect.stringMatching(
        /^GitHub does not tell the environment production of shop\/orders: (?:Error: )?connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
      ),
      fix: 'Try again; look at https://www.githubstatus.com.',
    });
  });

  test('the token is in no line of the log and in no error', async () => {
    const denied = open({ token: standIn.weakToken });

    const error: unknown = await denied.listApprovals('41').catch((thrown: unknown) => thrown);
    await open().listApprovals('41');

    expect(logger.lines).toContain('[debug] GitHub: GET actions/runs/41/approvals: 200');
    expect(JSON.stringify([logger.lines, error, String(error)])).not.toContain('ghs_');
  });
});

/** Servers between us and GitHub. */
describe('on the way', () => {
  const servers: Server[] = [];
  const proxies = ['http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'] as const;
  const before = Object.fromEntries(proxies.map((name) => [name, process.env[name]]));

  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('a proxy of the environment is used', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, client) => {
      asked.push(request.url ?? '');
      const { hostname, port } = new URL(standIn.apiUrl);
      const upstream = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
    });
    for (const name of proxies) Reflect.deleteProperty(process.env, name);
    process.env['http_proxy'] = await listen(proxy);

    const found = await open({ apiUrl: 'http://github.example.com' }).fetchEnvironment(
      'production',
    );

    expect(found).toEqual({ name: 'production', reviewers: 0 });
    expect(asked).toEqual(['github.example.com:80']);
  });

  test.each([
    [
      'a page that is no JSON is no missing environment',
      200,
      '<h1>Please log in</h1>',
      /: http:\/\/127\.0\.0\.1:\d+ does not answer with JSON$/,
      'Try again; look at https://www.githubstatus.com.',
    ],
    [
      'a rate limit is no missing permission',
      403,
      '{"message":"API rate limit exceeded for installation."}',
      /: it answered with 403$/,
      'Try again later: this token, or this repository’s workflows together, ask too often.',
    ],
  ])('%s', async (_name, status, body, message, fix) => {
    const apiUrl = await listen(
      createServer((_request, response) => response.writeHead(status).end(body)),
    );

    const work = open({ apiUrl }).fetchEnvironment('production');

    await expect(work).rejects.toMatchObject({
      code: 'github-refused',
      message: expect.stringMatching(message),
      fix,
    });
  });

  test('a gateway that fails for a moment is asked again', async () => {
    const statuses = [502, 200];
    const body = JSON.stringify([]);
    const apiUrl = await listen(
      createServer((_request, response) => response.writeHead(statuses.shift() ?? 500).end(body)),
    );

    const approvals = await open({ apiUrl }).listApprovals('41');

    expect(approvals).toEqual([]);
    expect(statuses).toEqual([]);
  });
});
