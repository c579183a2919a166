import { commands, deaf, gone, nothing, stage, type BuildFailure, type Texts } from './row.js';

const dockerfile = (...lines: readonly string[]): Texts => ({
  Dockerfile: ['FROM busybox:1.36', ...lines, ''].join('\n'),
});
/** What is cached is not run again. */
const slow = dockerfile('RUN echo it builds {mark}; sleep {mark}');
const many = dockerfile('RUN dd if=/dev/urandom of=/made bs=1M count=40 2>/dev/null; echo {mark}');
/** The head of a program for MIPS. */
const foreignProgram = '\u007fELF\u0001\u0002\u0001'.padEnd(18, '\0') + '\0\u0008'.padEnd(34, '\0');

/** What goes wrong with an image, or with commands in one. */
export const buildRows: readonly BuildFailure[] = [
  {
    name: 'a compile error',
    files: dockerfile('RUN echo "main.c:3: expected ;" >&2; exit 2'),
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
    name: 'a Dockerfile that is none',
    files: { Dockerfile: 'FROM busybox:1.36\nRUNN make\n' },
    inputs: {},
    code: 'build-failed',
    message: /^the image cannot be built: .*(?:unknown instruction|Unknown instruction): .?"?RUNN/i,
  },
  {
    name: 'a stage that is nowhere',
    files: stage('true'),
    inputs: { 'test-target': 'tests' },
    code: 'build-failed',
    message: /^the stage tests cannot be built: .*tests/,
  },
  {
    name: 'a context that is nowhere',
    files: nothing,
    inputs: { 'build-context': 'services/orders' },
    code: 'invalid-input',
    message: /^build-context: given “services\/orders”, expected a folder in the workspace\./,
  },
  {
    name: 'a base image that is nowhere',
    files: { Dockerfile: 'FROM 127.0.0.1:1/nobody/nothing:1\n' },
    inputs: {},
    code: 'build-failed',
    message: /^the image cannot be built: .*127\.0\.0\.1:1/,
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
    name: 'a program of another platform',
    files: {
      ...dockerfile('COPY tool /tool', 'RUN chmod +x /tool', 'RUN ["/tool"]'),
      tool: foreignProgram,
    },
    inputs: {},
    code: 'build-failed',
    message: /^the image cannot be built: /,
  },
  {
    name: 'a platform that the builder has not',
    files: dockerfile('RUN true'),
    inputs: { platforms: 'linux/arm64' },
    code: 'invalid-input',
    message:
      /^platforms: expected nothing: docker \S+ without buildx builds for its own platform only\./,
    engines: ['classic'],
  },
  {
    name: 'a secret that is missing',
    files: dockerfile(),
    inputs: { secrets: 'id=npm,env=NPM_TOKEN' },
    code: 'invalid-input',
    message: /^secrets: given “id=npm,env=NPM_TOKEN”, expected the variable NPM_TOKEN to be set\./,
  },
  {
    name: 'no space in the folder of the layout',
    files: stage('true'),
    inputs: { layout: 'small/layout' },
    full: 'small',
    code: 'build-failed',
    message: /no space left on device/i,
  },
  {
    name: 'a workspace that cannot be written to',
    files: dockerfile(),
    inputs: { layout: 'out/image' },
    isReadOnly: true,
    code: 'build-failed',
    message: /^the image cannot be built: its layout cannot be written to .*\/out\/image: EROFS/,
  },
  {
    name: 'an output that the runner could not read',
    files: nothing,
    inputs: commands('echo "notes<<END" >> "$GITHUB_OUTPUT"'),
    code: 'build-failed',
    message: /^the run in busybox:1\.36 wrote GITHUB_OUTPUT without the line END that ends notes\./,
  },
  {
    name: 'commands that hang',
    files: nothing,
    inputs: { ...commands('echo waiting; sleep {mark}'), timeout: '8s' },
    code: 'deadline-exceeded',
    message: /took longer than 8 s while running the commands in busybox:1\.36; “waiting” is/,
  },
  {
    name: 'a cancellation of commands that hear no signal',
    files: nothing,
    inputs: commands(deaf),
    at: 'it began',
    by: 'cancelled',
    code: 'interrupted',
    message: /^interrupted by SIGINT while running the commands in busybox:1\.36; “it began” is/,
  },
  {
    name: 'a cancellation of a build',
    files: slow,
    inputs: {},
    at: 'it builds',
    by: 'cancelled',
    code: 'interrupted',
    message: /^interrupted by SIGINT while building the image; “.*it builds/,
  },
  {
    name: 'a daemon that goes while it builds',
    files: slow,
    inputs: {},
    at: 'it builds',
    ...gone,
    engines: ['docker', 'classic'],
  },
  {
    name: 'a daemon that goes while commands run',
    files: nothing,
    inputs: commands(deaf),
    at: 'it began',
    ...gone,
    engines: ['docker', 'classic'],
  },
  {
    name: 'a daemon that says nothing any more',
    files: nothing,
    inputs: commands(deaf),
    at: 'it began',
    by: 'daemon silent',
    code: 'engine-missing',
    message: /^there is docker, but its daemon does not answer: it did not answer within 30 s/,
    engines: ['docker'],
  },
  {
    name: 'a daemon that goes while it saves',
    files: many,
    inputs: {},
    at: 'Successfully built',
    ...gone,
    by: 'daemon gone while saving',
    engines: ['classic'],
  },
  {
    name: 'a daemon that goes while it writes the layout',
    files: many,
    inputs: {},
    at: 'exporting layers',
    ...gone,
    engines: ['docker'],
  },
];
