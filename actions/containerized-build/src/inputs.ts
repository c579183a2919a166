import { invalidInput } from '@slipway/core/errors';
import type { Cache, ContainerSettings } from '@slipway/flow/container-build';
import { refuseInputs, type InputReader, type ServiceChoice } from '@slipway/flow/runtime';
import { parseReportGlob, type ReportGlob } from '@slipway/flow/test-report';
import { engineNames, type BuildSecret, type EngineChoice } from '@slipway/io/engine';

/** Commands in an image. */
export interface CommandInputs {
  readonly image: string;
  readonly script: string;
  readonly folder: string;
  readonly secrets: readonly BuildSecret[];
  readonly caches: readonly Cache[];
  readonly cacheFolder?: string;
}

/** Tests beside services. The file is relative to the workspace. */
export interface ComposeInputs {
  readonly file: string;
  readonly service: string;
}

/** An image from a Dockerfile. Paths are relative to the workspace. */
export interface ImageInputs {
  readonly context: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly testTarget?: string;
  readonly buildArgs: readonly string[];
  readonly secrets: readonly BuildSecret[];
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  readonly platforms: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly layout?: string;
}

/** One of `command`, `compose` and `image` at least. */
export interface Inputs {
  /** The service, where one is named. */
  readonly service?: string;
  /** What the image is called, for people. */
  readonly name: string;
  readonly command?: CommandInputs;
  readonly compose?: ComposeInputs;
  readonly image?: ImageInputs;
  readonly container: ContainerSettings;
  readonly engine: EngineChoice;
  readonly junit: readonly ReportGlob[];
  readonly timeoutMs: number;
}

const asText = (text: string): string => text;

/** Any of these says that there is something to build. */
const sourceInputs = ['dockerfile', 'target', 'test-target', 'build-context'];
const imageInputs = [
  ...['build-args', 'platforms', 'labels', 'annotations', 'layout'],
  ...['cache-from', 'cache-to'],
];

export function readInputs(read: InputReader): Inputs {
  const service = read.tryService();
  const command = readCommand(read);
  const compose = readCompose(read, service);
  const isAlone = command === undefined && compose === undefined;
  const isImage = isAlone || isImageAsked(read, service);
  const image = isImage ? readImage(read, service) : undefined;
  if (!isImage) refuseImageInputs(read);
  if (!isImage && command === undefined) refuseSecrets(read);
  const junit = read.list('junit', parseReportGlob);
  const isOwnRun = command !== undefined || (isImage && isTestAsked(read, service));
  if (isAlone && !isOwnRun) refuseTestInputs(read);
  if (compose !== undefined && !isOwnRun) refuseNetwork(read);
  return {
    ...(service === undefined ? {} : { service: service.name }),
    name: service?.settings?.image ?? service?.name ?? 'image',
    ...(command === undefined ? {} : { command }),
    ...(compose === undefined ? {} : { compose }),
    ...(image === undefined ? {} : { image }),
    container: readContainer(read),
    engine: read.choice('engine', ['auto', ...engineNames], 'auto'),
    junit,
    timeoutMs: read.duration('timeout', '30m'),
  };
}

function readCommand(read: InputReader): CommandInputs | undefined {
  const [image, script] = [read.optional('run-image', asText), read.optional('run', asText)];
  const folder = read.withDefault('workdir', '.', parseFolder);
  if (image !== undefined && script !== undefined) {
    const cacheFolder = read.optional('cache-folder', asText);
    return {
      image,
      script,
      folder,
      secrets: read.lines('secrets', parseSecret),
      caches: read.lines('cache-volumes', parseCacheVolume),
      ...(cacheFolder === undefined ? {} : { cacheFolder }),
    };
  }
  if (image !== undefined || script !== undefined) {
    const [subject, other] = image === undefined ? ['run-image', 'run'] : ['run', 'run-image'];
    read.refuse({
      subject,
      expected: `a value, as ${other} has one`,
      fix: 'Set both, or neither: run-image says where the commands of run are run.',
    });
  }
  const fix = 'Remove it, or set run-image and run.';
  const meaningless = folder === '.' ? [] : ['workdir'];
  refuseInputs(read, [...meaningless, 'cache-volumes', 'cache-folder'], {
    expected: 'nothing where there is no run',
    fix,
  });
  return undefined;
}

function readCompose(
  read: InputReader,
  choice: ServiceChoice | undefined,
): ComposeInputs | undefined {
  const build = choice?.settings?.build ?? {};
  const file = read.optional('compose-file', parseFolder, build.composeFile);
  const service = read.optional('compose-service', parseComposeService, build.composeService);
  if (file !== undefined && service !== undefined) return { file, service };
  if (file !== undefined || service !== undefined) {
    const [subject, other] =
      file === undefined
        ? ['compose-file', 'compose-service']
        : ['compose-service', 'compose-file'];
    read.refuse({
      subject,
      expected: `a value, as ${other} has one`,
      fix: 'Set both, or neither: compose-service names the service of the file whose command is the test.',
    });
  }
  return undefined;
}

function isImageAsked(read: InputReader, service: ServiceChoice | undefined): boolean {
  const isGiven = sourceInputs.some((name) => read.optional(name, asText) !== undefined);
  return (
    isGiven ||
    Object.keys(service?.settings?.build ?? {}).some((name) => !name.startsWith('compose'))
  );
}

function isTestAsked(read: InputReader, service: ServiceChoice | undefined): boolean {
  return read.optional('test-target', asText, service?.settings?.build.testTarget) !== undefined;
}

function readImage(read: InputReader, service: ServiceChoice | undefined): ImageInputs {
  const build = service?.settings?.build ?? {};
  const dockerfile = read.optional('dockerfile', parseFolder, build.dockerfile);
  const target = read.optional('target', parseStage, build.target);
  const testTarget = read.optional('test-target', parseStage, build.testTarget);
  const layout = read.optional('layout', asText);
  return {
    context: read.withDefault('build-context', build.context ?? '.', parseFolder),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(testTarget === undefined ? {} : { testTarget }),
    buildArgs: read.lines('build-args', parseVariable),
    secrets: read.lines('secrets', parseSecret),
    labels: read.lines('labels', parseLabel),
    annotations: read.lines('annotations', parseLabel),
    platforms: read.list('platforms', parsePlatform),
    cacheFrom: read.lines('cache-from', parseCache),
    cacheTo: read.lines('cache-to', parseCache),
    ...(layout === undefined ? {} : { layout }),
  };
}

function readContainer(read: InputReader): ContainerSettings {
  const variables = read.lines('env', parseVariable);
  const [user, network] = [read.optional('user', parseUser), read.optional('network', asText)];
  return {
    variables: variables.filter((line) => !line.includes('=')),
    settings: variables.filter((line) => line.includes('=')),
    ...(user === undefined ? {} : { user }),
    ...(network === undefined ? {} : { network }),
  };
}

function refuseImageInputs(read: InputReader): void {
  refuseInputs(read, imageInputs, {
    expected: 'nothing where no image is built',
    fix: 'Remove it, or say with dockerfile or build-context what is built.',
  });
}

function refuseSecrets(read: InputReader): void {
  refuseInputs(read, ['secrets'], {
    expected: 'nothing where no image is built and no commands are run',
    fix: 'Remove it: services get their secrets from the Compose file.',
  });
}

function refuseTestInputs(read: InputReader): void {
  refuseInputs(read, ['junit', 'env', 'user', 'network'], {
    expected: 'nothing where no container runs',
    fix: 'Remove it, or say with test-target, with run-image and run, or with compose-file and compose-service, what is run.',
  });
}

function refuseNetwork(read: InputReader): void {
  refuseInputs(read, ['network'], {
    expected: 'nothing where services alone run',
    fix: 'Remove it: the Compose file says which networks its services have.',
  });
}

const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*(?:=|$)/;
const secretPattern =
  /^id=(?<id>[\w.-]+),(?:env=(?<variable>[A-Za-z_]\w*)|(?:src|source)=(?<file>[^,]+))$/;

function parseVariable(text: string, subject: string): string {
  if (variablePattern.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'a line NAME=value, or NAME' }]);
}

/**
 * Reads a line of `secrets`. What was given is not repeated: it may hold the secret itself.
 *
 * @example parseSecret('id=npm,env=NPM_TOKEN', 'secrets') // { id: 'npm', variable: 'NPM_TOKEN' }
 * @throws SlipwayError `invalid-input`
 */
export function parseSecret(text: string, subject: string): BuildSecret {
  const { id, variable, file } = secretPattern.exec(text)?.groups ?? {};
  if (id !== undefined && variable !== undefined) return { id, variable };
  if (id !== undefined && file !== undefined) return { id, file };
  throw invalidInput([
    {
      subject,
      expected: 'lines id=<name>,env=<variable> or id=<name>,src=<file>',
      fix: 'Give this step the value under env, and name the variable; values do not belong in an input.',
    },
  ]);
}

const cacheVolumePattern = /^(?<name>[a-z0-9][a-z0-9_.-]*):(?<path>~?\/[^:,]+)$/;

/** @example parseCacheVolume('npm:~/.npm', 'cache-volumes') // { name: 'npm', path: '~/.npm' } */
function parseCacheVolume(text: string, subject: string): Cache {
  const { name, path } = cacheVolumePattern.exec(text)?.groups ?? {};
  if (name !== undefined && path !== undefined) return { name, path };
  const expected = 'lines <name>:<path in the container>, such as npm:~/.npm';
  throw invalidInput([{ subject, given: text, expected }]);
}

function parseLabel(text: string, subject: string): string {
  if (/^[^\s=]+=/.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'a line name=value' }]);
}

function parsePlatform(text: string, subject: string): string {
  if (/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'a platform such as linux/amd64' }]);
}

function parseCache(text: string, subject: string): string {
  if (/^(?:type=[a-z0-9]+(?:,[\w-]+=[^,]+)*|[^\s=,]+)$/.test(text)) return text;
  throw invalidInput([
    { subject, given: text, expected: 'a line type=<type>,<name>=<value>, or a repository' },
  ]);
}

function parseStage(text: string, subject: string): string {
  if (/^[A-Za-z0-9][\w.-]*$/.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'the name of a stage of the Dockerfile' }]);
}

function parseComposeService(text: string, subject: string): string {
  if (/^[A-Za-z0-9][\w.-]*$/.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'the name of a service of the file' }]);
}

function parseUser(text: string, subject: string): string {
  if (/^[\w.-]+(?::[\w.-]+)?$/.test(text)) return text;
  throw invalidInput([{ subject, given: text, expected: 'uid:gid, or the name of a user' }]);
}

/** A path inside of the workspace. */
function parseFolder(text: string, subject: string): string {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (!text.startsWith('/') && !parts.includes('..')) return parts.join('/') || '.';
  throw invalidInput([
    { subject, given: text, expected: 'a path in the workspace', fix: 'Write it relative to it.' },
  ]);
}
