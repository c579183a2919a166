import type { RunnerEngine } from '../step/index.js';

type Texts = Readonly<Record<string, string>>;

/** A way in which a build fails, and what is told of it. */
export interface BuildFailure {
  readonly name: string;
  readonly files: Texts;
  readonly inputs: Texts;
  readonly code: string;
  /** The cause, in the one sentence that the user reads. */
  readonly message: RegExp;
  /** Where it is not so on all of them. */
  readonly engines?: readonly RunnerEngine[];
  /** It is cancelled when it has written this. */
  readonly cancelled?: string;
  /** The folder of the workspace with room for next to nothing. */
  readonly full?: string;
}

const stage = (command: string): Texts => ({
  Dockerfile: `FROM busybox:1.36 AS sources
WORKDIR /app
COPY . .
FROM sources AS test
CMD ["sh", "test.sh"]
FROM sources
RUN dd if=/dev/urandom of=/made bs=1k count=600 2>/dev/null
`,
  '.dockerignore': '.git\n',
  'test.sh': command,
});
const report = (cases: string): string =>
  `mkdir -p reports; echo '<testsuite name="s">${cases}</testsuite>' > reports/a.xml`;
const failing = report('<testcase name="a"><failure message="no"/></testcase>');
const tested = { 'test-target': 'test' };
const commands = (run: string): Texts => ({ 'run-image': 'busybox:1.36', run });
const compose = (services: string): Texts => ({ 'compose.yml': `services:\n${services}` });
const composed = { 'compose-file': 'compose.yml', 'compose-service': 'test' };
const testService = '  test: { image: "busybox:1.36", command: ["true"], depends_on: [db] }\n';
const nothing = { 'a.txt': '' };

/** What can go wrong with a build, and how it is told; each on the engines that can have it. */
export const buildFailures: readonly BuildFailure[] = [
  {
    name: 'a compile error',
    files: { Dockerfile: 'FROM busybox:1.36\nRUN echo "main.c:3: expected ;" >&2; exit 2\n' },
    inputs: {},
    code: 'build-failed',
    message: /^the image cannot be built: /,
  },
  {
    name: 'a compile error in commands',
    files: nothing,
    inputs: commands('echo "main.c:3: expected ;" >&2; exit 2'),
    code: 'build-failed',
    message: /^the run in busybox:1\.36 ended with exit code 2\./,
  },
  {
    name: 'a failing test',
    files: stage(`${failing}; exit 1`),
    inputs: tested,
    code: 'tests-failed',
    message: /^1 of 1 test failed in the stage test\./,
  },
  {
    name: 'a failing test that its exit code hides',
    files: stage(failing),
    inputs: tested,
    code: 'tests-failed',
    message: /^1 of 1 test failed in the stage test, although it ended with exit code 0\./,
  },
  {
    name: 'a test that hangs',
    files: nothing,
    inputs: { ...commands('echo waiting; sleep 1000'), timeout: '15s' },
    code: 'deadline-exceeded',
    message: /took longer than 15 s while running the commands in busybox:1\.36; “waiting” is/,
  },
  {
    name: 'a test that writes no report',
    files: stage('echo all is well'),
    inputs: tested,
    code: 'test-report-invalid',
    message: /^the stage test left no test report: nothing that it wrote in \/app matches /,
  },
  {
    name: 'a report that was in the image before',
    files: {
      ...stage('echo all is well'),
      'reports/a.xml': '<testsuite><testcase name="a"/></testsuite>',
    },
    inputs: tested,
    code: 'test-report-invalid',
    message: /^the stage test left no test report: /,
  },
  {
    name: 'a report without a test',
    files: stage(report('')),
    inputs: tested,
    code: 'test-report-invalid',
    message: /^no test ran: reports\/a\.xml has no test case\./,
  },
  {
    name: 'a page for a report',
    files: stage('mkdir reports; echo "<!DOCTYPE html><p>42 passed" > reports/a.xml'),
    inputs: tested,
    code: 'test-report-invalid',
    message: /^reports\/a\.xml: given “an HTML page”/,
  },
  {
    name: 'a service that never becomes healthy',
    files: compose(
      `${testService}  db: { image: "busybox:1.36", command: ["sleep", "1000"], healthcheck: { test: ["CMD", "false"], interval: 200ms, retries: 2 } }\n`,
    ),
    inputs: composed,
    code: 'service-failed',
    message: /^the service db is not healthy\./,
    engines: ['docker', 'podman'],
  },
  {
    name: 'services with an engine that has none',
    files: compose(testService),
    inputs: composed,
    code: 'invalid-input',
    message: /^compose-file: .*expected nothing: buildah runs no services/,
    engines: ['buildah'],
  },
  {
    name: 'a secret that is missing',
    files: { Dockerfile: 'FROM busybox:1.36\n' },
    inputs: { secrets: 'id=npm,env=NPM_TOKEN' },
    code: 'invalid-input',
    message: /^secrets: given “id=npm,env=NPM_TOKEN”, expected the variable NPM_TOKEN to be set\./,
  },
  {
    name: 'no space in the folder of the layout',
    files: stage(failing),
    inputs: { layout: 'small/layout' },
    full: 'small',
    code: 'build-failed',
    message: /no space left on device/i,
  },
  {
    name: 'a cancellation of what hears no signal',
    files: nothing,
    inputs: commands('trap "" TERM INT; echo it began; while :; do sleep 1; done'),
    cancelled: 'it began',
    code: 'interrupted',
    message: /^interrupted by SIGINT while running the commands in busybox:1\.36; “it began” is/,
  },
  {
    name: 'an image that is nowhere',
    files: nothing,
    inputs: { 'run-image': '127.0.0.1:1/nobody/nothing:1', run: 'true' },
    code: 'build-failed',
    message: /^the run in 127\.0\.0\.1:1\/nobody\/nothing:1 cannot be started: /,
  },
  {
    name: 'a command that is nowhere',
    files: nothing,
    inputs: commands('compile-it-all'),
    code: 'build-failed',
    message: /^the run in busybox:1\.36 ended with exit code 127\./,
  },
  {
    name: 'an output that the runner could not read',
    files: nothing,
    inputs: commands('echo "notes<<END" >> "$GITHUB_OUTPUT"'),
    code: 'build-failed',
    message: /^the run in busybox:1\.36 wrote GITHUB_OUTPUT without the line END that ends notes\./,
  },
];
