import { invalidInput } from '@slipway/core/errors';
import { Secret } from '@slipway/core/secret';
import { parsePlainHttpHost, parseRegistryAuth, type RegistryOptions } from '@slipway/io/registry';
import type { EnvironmentChoice, InputReader } from './input-reader.js';

/** Where a cluster is, as the inputs say it. */
export interface ClusterInputs {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly toolMirror?: string;
}

/** `registry-auth`, `plain-http`, `ca-certificates`: the same in every action that touches a registry. */
export function readRegistryInputs(read: InputReader): RegistryOptions {
  const caCertificates = read.optional('ca-certificates', (path) => path);
  return {
    credentials: read.lines('registry-auth', parseRegistryAuth),
    plainHttp: read.list('plain-http', parsePlainHttpHost),
    ...(caCertificates === undefined ? {} : { caCertificates }),
  };
}

/** `kubeconfig`, `context`, `tool-mirror`: the same in every action that touches a cluster. */
export function readClusterInputs(
  read: InputReader,
  environment: EnvironmentChoice,
): ClusterInputs {
  const kubeconfig = read.optional('kubeconfig', (path) => path);
  const context = read.optional('context', (name) => name, environment.settings?.context);
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...readToolInputs(read),
  };
}

/** `tool-mirror`: the same in every action that starts programs of others. */
export function readToolInputs(read: InputReader): Pick<ClusterInputs, 'toolMirror'> {
  const toolMirror = read.optional('tool-mirror', parseMirror);
  return toolMirror === undefined ? {} : { toolMirror };
}

function parseMirror(given: string, subject: string): string {
  const url = URL.parse(given);
  const isPlain = url?.username === '' && url.password === '' && url.search === '';
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return given;
  throw invalidInput([
    { subject, expected: 'an address that begins with https:// or http://, without a password' },
  ]);
}

/** Inputs that another one makes meaningless are refused where they are given, and not passed over. */
export function refuseInputs(
  read: InputReader,
  names: readonly string[],
  { expected, fix }: { readonly expected: string; readonly fix: string },
): void {
  for (const subject of names) {
    const given = read.optional(subject, (text) => text);
    if (given !== undefined) read.refuse({ subject, given, expected, fix });
  }
}

/** The input `github-token`; absent where it is empty. */
export function readGitHubToken(read: InputReader): { readonly token?: Secret } {
  const token = read.optional('github-token', (text) => Secret.of(text));
  return token === undefined ? {} : { token };
}
