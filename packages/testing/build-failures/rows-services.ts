import { deaf, gone, type BuildFailure, type Texts } from './row.js';

const compose = (services: string): Texts => ({ 'compose.yml': `services:\n${services}` });
const composed = { 'compose-file': 'compose.yml', 'compose-service': 'test' };
const testService = (command: string, rest = ''): string =>
  `  test: { image: "busybox:1.36", command: ["sh", "-c", ${JSON.stringify(command)}], depends_on: [db]${rest} }\n`;
const database = (rest: string): string =>
  `  db: { image: "busybox:1.36", command: ["sleep", "{mark}"]${rest} }\n`;

/** What goes wrong with tests beside services. */
export const serviceRows: readonly BuildFailure[] = [
  {
    name: 'a service that never becomes healthy',
    files: compose(
      testService('true') +
        database(', healthcheck: { test: ["CMD", "false"], interval: 200ms, retries: 2 }'),
    ),
    inputs: composed,
    code: 'service-failed',
    message: /^the service db is not healthy\./,
    logged: 'db',
    engines: ['docker', 'podman'],
  },
  {
    name: 'a port that is taken',
    files: compose(
      testService('true') +
        database(', depends_on: [other], ports: ["127.0.0.1:18999:80"]') +
        '  other: { image: "busybox:1.36", command: ["sleep", "{mark}"], ports: ["127.0.0.1:18999:80"] }\n',
    ),
    inputs: composed,
    code: 'service-failed',
    message: /^the services db, other cannot be started: .*port is already allocated/,
    logged: 'db',
    engines: ['docker'],
  },
  {
    name: 'a test that uses up its memory',
    files: compose(
      testService('echo big; tail /dev/zero', ', mem_limit: 24m, memswap_limit: 24m') +
        database(''),
    ),
    inputs: composed,
    code: 'tests-failed',
    message:
      /^the service test was ended because its memory was used up, and it left no test report/,
    logged: 'db',
    engines: ['docker'],
  },
  {
    name: 'a cancellation of tests beside services',
    files: compose(testService(deaf) + database('')),
    inputs: composed,
    at: 'it began',
    by: 'cancelled',
    code: 'interrupted',
    message: /^interrupted by SIGINT while testing in the service test; “it began” is/,
    logged: 'db',
    engines: ['docker', 'podman'],
  },
  {
    name: 'a daemon that goes while services run',
    files: compose(testService(deaf) + database('')),
    inputs: composed,
    at: 'it began',
    ...gone,
    logged: 'db',
    engines: ['docker'],
  },
  {
    name: 'a Compose file that is none',
    files: compose('  test: { imag: "busybox:1.36" }\n'),
    inputs: composed,
    code: 'invalid-input',
    message: /^compose-file: .*expected a file that Compose accepts; it says: .*imag/,
    engines: ['docker', 'podman'],
  },
  {
    name: 'services with an engine that has none',
    files: compose(testService('true') + database('')),
    inputs: composed,
    code: 'invalid-input',
    message: /^compose-file: .*expected nothing: buildah runs no services/,
    engines: ['buildah'],
  },
];
