import { askPlain, type PlainTarget } from '../content/index.js';
import type { Fault, FaultSource, ProxiedRequest } from '../registry/index.js';

/** What one registry does and the others do not, told from the registry that stands behind. */
export type Quirk = (behind: PlainTarget) => FaultSource;

type Found = Record<string, string | undefined>;

/** The first quirk that has something to say about a request. */
export function combineQuirks(quirks: readonly Quirk[], behind: PlainTarget): FaultSource {
  const sources = quirks.map((quirk) => quirk(behind));
  return async (request) => {
    for (const source of sources) {
      const fault = await source(request);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** Docker's error format, which every registry uses. */
function refuse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  const body = JSON.stringify({ errors: [{ code, message, detail: null }] });
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { kind: 'answer', answer: { status, headers: { ...type, ...headers }, body } };
}

/** GHCR: `GET referrers` is answered as a manifest that is not there. */
export const noReferrersApi: Quirk = () => (request) =>
  match(request, 'GET', /\/referrers\//) === undefined
    ? undefined
    : refuse(404, 'MANIFEST_UNKNOWN', 'manifest unknown');

/** GHCR when it is busy: the first mount of each blob is said to be done, and is not. */
export const phantomMounts: Quirk = () => {
  const seen = new Set<string>();
  return (request) => {
    const mount = readMount(request);
    if (mount === undefined || seen.has(request.path)) return undefined;
    seen.add(request.path);
    return { kind: 'pretend-mount' };
  };
};

/** GHCR right after an upload: the first manifest is refused for a blob that is there. */
export const lateBlobs: Quirk = () => {
  const fresh = new Set<string | undefined>();
  return (request) => {
    const name = repositoryOf(request);
    if (match(request, 'PUT', /\/blobs\/uploads\//) !== undefined) fresh.add(name);
    const digest = /sha256:[0-9a-f]{64}/.exec(request.manifest?.toString() ?? '')?.[0];
    if (digest === undefined || !fresh.delete(name)) return undefined;
    const error = { code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' };
    const body = JSON.stringify({ errors: [{ ...error, detail: { digest } }] });
    return { kind: 'answer', answer: { status: 400, body } };
  };
};

/** GHCR: one PATCH holds the whole blob; a second is refused. */
export const onePatch: Quirk = () => {
  const seen = new Set<string>();
  return ({ method, path }) => {
    const session = path.split('?')[0] ?? path;
    if (method !== 'PATCH') return undefined;
    if (seen.has(session)) return refuse(416, 'BLOB_UPLOAD_INVALID', 'blob upload invalid');
    seen.add(session);
    return undefined;
  };
};

/** Artifact Registry: no chunks. */
export const noPatch: Quirk =
  () =>
  ({ method }) =>
    method === 'PATCH' ? refuse(405, 'UNSUPPORTED', 'The operation is unsupported.') : undefined;

/** ECR with the account's setting as it comes: a mount opens an upload (202). */
export const noMounts: Quirk = () => (request) =>
  readMount(request) === undefined ? undefined : withoutMount(request);

/** A mount that does not say from where opens an upload (202). */
export const noAnonymousMounts: Quirk = () => (request) => {
  const mount = readMount(request);
  return mount === undefined || mount.from !== undefined ? undefined : withoutMount(request);
};

/** Harbor answers 401 for a repository that does not have the blob, Docker Hub too. */
export const strictMounts: Quirk = (behind) => async (request) => {
  const mount = readMount(request);
  if (mount?.from === undefined) return undefined;
  const path = `/v2/${mount.from}/blobs/${mount.digest}`;
  const { status } = await askPlain(behind, { method: 'HEAD', path, repository: mount.from });
  const project = mount.from.split('/')[0] ?? mount.from;
  return status === 200
    ? undefined
    : refuse(401, 'UNAUTHORIZED', `unauthorized: project ${project} not found`);
};

/** ECR: a repository is made by hand before anything is pushed to it. */
export function knownRepositoriesOnly(known: ReadonlySet<string>): Quirk {
  return () => (request) => {
    const name = repositoryOf(request);
    if (name === undefined || known.has(name)) return undefined;
    return refuse(
      404,
      'NAME_UNKNOWN',
      `The repository with name '${name}' does not exist in the registry with id '123456789012'`,
    );
  };
}

/** ECR with immutable tags: a tag that is there is never written, not even with the same image. */
export const immutableTags: Quirk = (behind) => async (request) => {
  const { name, reference } = readManifestPut(request) ?? {};
  if (name === undefined || reference === undefined || reference.startsWith('sha256:')) return;
  const path = `/v2/${name}/manifests/${reference}`;
  const { status } = await askPlain(behind, { method: 'HEAD', path, repository: name });
  return status === 200
    ? refuse(
        400,
        'ImageTagAlreadyExistsException',
        `The image tag '${reference}' already exists in the '${name}' repository and cannot be overwritten because the repository is immutable.`,
      )
    : undefined;
};

/** ECR: pages of more than 1000 tags are refused. */
export const shortPages: Quirk = () => (request) => {
  const asked = match(request, 'GET', /\/tags\/list\?(?:.*&)?n=(?<count>\d+)/);
  return Number(asked?.['count'] ?? 0) > 1000
    ? refuse(
        405,
        'UNSUPPORTED',
        "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
      )
    : undefined;
};

/** ACR: so many writes a minute; every seventh is one too many. */
export const limitedWrites: Quirk = () => {
  let writes = 0;
  return ({ method }) => {
    if (method === 'GET' || method === 'HEAD') return undefined;
    writes += 1;
    return writes % 7 === 0
      ? refuse(429, 'TOOMANYREQUESTS', 'Too many requests', { 'retry-after': '1' })
      : undefined;
  };
};

/** GHCR: a manifest with an annotation of more than 256 letters is refused (agntcy/dir#922). */
export const shortAnnotations: Quirk = () => (request) => {
  const manifest = readManifestPut(request) && request.manifest;
  if (manifest === undefined) return undefined;
  const read: unknown = JSON.parse(manifest.toString());
  const annotations = isRecord(read) && isRecord(read['annotations']) ? read['annotations'] : {};
  return Object.values(annotations).some((value) => JSON.stringify(value).length > 258)
    ? refuse(400, 'MANIFEST_INVALID', 'manifest invalid: an annotation is too long')
    : undefined;
};

/** GitLab: what a manifest refers to must be there before it. */
export const subjectsFirst: Quirk = (behind) => async (request) => {
  const put = readManifestPut(request);
  const subject = readSubject(request.manifest);
  const name = put?.['name'];
  if (subject === undefined || name === undefined) return undefined;
  const path = `/v2/${name}/manifests/${subject}`;
  const { status } = await askPlain(behind, { method: 'HEAD', path, repository: name });
  return status === 200
    ? undefined
    : refuse(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${subject}`);
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function readSubject(manifest: Buffer | undefined): string | undefined {
  const text = manifest?.toString() ?? '';
  return /"subject"\s*:\s*\{[^}]*"digest"\s*:\s*"(?<digest>[^"]+)"/.exec(text)?.groups?.['digest'];
}

function readManifestPut(request: ProxiedRequest): Found | undefined {
  return match(request, 'PUT', /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/?]+)/);
}

interface Mount {
  readonly digest: string;
  readonly from: string | undefined;
}

function readMount({ method, path }: ProxiedRequest): Mount | undefined {
  const { searchParams } = new URL(path, 'http://localhost');
  const digest = searchParams.get('mount');
  if (method !== 'POST' || digest === null) return undefined;
  return { digest, from: searchParams.get('from') ?? undefined };
}

function withoutMount({ path }: ProxiedRequest): Fault {
  return { kind: 'rewrite', path: path.split('?')[0] ?? path };
}

function repositoryOf({ path }: ProxiedRequest): string | undefined {
  return /^\/v2\/(?<name>.+)\/(?:manifests|blobs|tags|referrers)\//.exec(path)?.groups?.['name'];
}

function match(request: ProxiedRequest, method: string, pattern: RegExp): Found | undefined {
  if (request.method !== method) return undefined;
  const found = pattern.exec(request.path);
  return found === null ? undefined : { ...found.groups };
}
