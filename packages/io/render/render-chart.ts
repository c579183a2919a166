import { SlipwayError } from '@slipway/core/errors';
import { refuseProblems, translateHelmHooks } from '@slipway/core/manifest';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock, type Clock } from '../clock/index.js';
import { CommandError, runCommand } from '../command/index.js';
import { completeChart, type DependencyOptions, type RunHelm } from './chart-dependencies.js';
import { assertSameOutput, readChartOutput, type TemplatedObject } from './chart-output.js';
import { forEnvironment, readChartSources, type ChartPlace } from './chart-sources.js';
import { describeHelmEnvironment, formatHelmTemplate } from './helm-command.js';
import { withCopy } from './source-copy.js';
import { tryRelative, type Rendered, type SourceFile } from './source-file.js';

export interface ChartRequest {
  readonly chart: ChartPlace;
  /** Files in the workspace; a later one wins. `{environment}` in them stands for the environment’s name. */
  readonly values: readonly string[];
  readonly environment: string;
  readonly releaseName: string;
  readonly namespace: string;
  /** `1.34.0`, what the chart sees as the cluster’s version: no cluster is asked. */
  readonly kubeVersion: string;
  /** API versions that the cluster has beside Kubernetes’ own. */
  readonly apiVersions: readonly string[];
}

export interface ChartOptions {
  /** Path of helm, 3 or 4; unless given, the one on the PATH. */
  readonly helm?: string;
  /** Fetches packed charts from registries; absent: Helm does, with the credentials that it finds. */
  readonly fetchChart?: DependencyOptions['fetchChart'];
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

export interface RenderedChart extends Rendered {
  /** A sentence for each hook that is not part of what is deployed. */
  readonly notes: readonly string[];
}

const renderTimeoutMs = 60_000;
const fetchTimeoutMs = 300_000;

/**
 * The objects of a Helm chart, rendered by `helm template` of Helm 3 or 4, with its CRDs, and its hooks as Jobs
 * of the phases that they belong to. It is rendered twice: what is not the same twice is refused.
 *
 * @param cwd the workspace: paths are relative to it and everything must stay inside
 * @example
 * await renderChart({ chart: { kind: 'folder', folder: 'deploy/chart' }, values: ['deploy/{environment}.yaml'], … }, cwd)
 * @throws SlipwayError `render-failed`; `tool-missing` without helm
 */
export async function renderChart(
  given: ChartRequest,
  cwd: string,
  options: ChartOptions = {},
): Promise<RenderedChart> {
  const workspace = resolve(cwd);
  const request = placeIn(workspace, given);
  const sources = await readChartSources(workspace, request.chart, request);
  return withCopy(sources, async (copy) => {
    const runHelm = prepareHelm(copy, workspace, options);
    const { fetchChart } = options;
    const fetched = await completeChart(copy, request.chart.folder, {
      runHelm,
      ...(fetchChart === undefined ? {} : { fetchChart }),
    });
    const all = [...sources, ...fetched].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const first = await renderOnce(copy, request, all, runHelm);
    // a time of day is the same again within the same second
    if (all.some(asksForTime)) await (options.clock ?? systemClock).sleep(1100, options.signal);
    assertSameOutput(first, await renderOnce(copy, request, all, runHelm));
    const { objects, notes } = translateHelmHooks(first.map(({ object }) => object));
    if (objects.length === 0) {
      const expected = 'a chart that renders at least one object';
      refuseProblems([{ subject: 'chart', given: request.chart.folder, expected }]);
    }
    return { objects, sources: all, notes };
  });
}

/** With paths as the bundle has them: `${{ github.workspace }}/chart` is `chart`. What is outside is refused later. */
function placeIn(workspace: string, { chart, values, ...request }: ChartRequest): ChartRequest {
  const place = (path: string): string => tryRelative(workspace, resolve(workspace, path)) ?? path;
  const folder = chart.kind === 'folder' ? place(chart.folder) : chart.folder;
  return { ...request, chart: { ...chart, folder }, values: values.map(place) };
}

async function renderOnce(
  copy: string,
  { chart, values, environment, ...request }: ChartRequest,
  sources: readonly SourceFile[],
  runHelm: RunHelm,
): Promise<readonly TemplatedObject[]> {
  const argv = formatHelmTemplate({
    ...request,
    chart: join(copy, chart.folder),
    values: values.map((path) => join(copy, forEnvironment(path, environment))),
  });
  const env = describeHelmEnvironment(join(copy, '.helm'));
  const { stdout, stderr } = await runHelm(argv, { env, timeoutMs: renderTimeoutMs });
  refuseUnknownHooks(stderr, sources);
  return readChartOutput(stdout);
}

/** Helm leaves such an object out of what it renders, and only says so. */
function refuseUnknownHooks(stderr: string, sources: readonly SourceFile[]): void {
  const [, given] = /skipping unknown hooks?\W+(?:hookTypes=)?"?([\w, -]+)/.exec(stderr) ?? [];
  if (given === undefined) return;
  const files = sources.filter(({ bytes }) => Buffer.from(bytes).includes(given));
  refuseProblems([
    {
      subject: files.map(({ path }) => path).join(', ') || 'chart',
      given: `helm.sh/hook: ${given}`,
      expected: 'a hook of Helm’s: pre-install, pre-upgrade, post-install, post-upgrade, test',
    },
  ]);
}

function asksForTime({ path, bytes }: SourceFile): boolean {
  const text = path.endsWith('.tgz') ? tryUnpack(bytes) : Buffer.from(bytes);
  return /\{\{[^}]*\bnow\b/.test(text.toString('latin1'));
}

function tryUnpack(bytes: Uint8Array): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: 50_000_000 });
  } catch {
    return Buffer.alloc(0); // Helm says what is wrong with it
  }
}

function prepareHelm(copy: string, workspace: string, options: ChartOptions): RunHelm {
  const { helm = 'helm', signal } = options;
  return async (argv, runOptions = {}) => {
    try {
      return await runCommand([helm, ...argv], {
        timeoutMs: fetchTimeoutMs,
        ...runOptions,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (!(error instanceof CommandError) || error.kind === 'aborted') throw error;
      if (error.kind === 'not-found') {
        throw new SlipwayError('tool-missing', 'helm is needed to render a chart', {
          cause: error,
          fix: 'Install Helm 3 or 4, or put it on the PATH of the job.',
        });
      }
      const said = cleanMessage(error.stderr, copy, workspace);
      throw new SlipwayError(
        'render-failed',
        `helm cannot render it: ${said === '' ? error.message : said}`,
        { fix: describeFix(said, argv.join(' ').replaceAll(copy, workspace)) },
      );
    }
  };
}

function describeFix(said: string, command: string): string {
  return said.includes('kubeVersion')
    ? 'Set kube-version, for the environment in the configuration or here, to what the cluster has.'
    : `See it with: helm ${command}`;
}

/** Without the place of our copy, warnings, and advice about flags that are not ours. */
function cleanMessage(stderr: string, copy: string, workspace: string): string {
  return stderr
    .replaceAll(copy, workspace)
    .split('\n')
    .filter((line) => !/^(?:WARNING|level=|Use --debug flag|coalesce\.go)/.test(line))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^Error: /, '');
}
