import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import type { Compose, ComposeServices, NeededService } from '@slipway/io/engine';
import { largestReports } from '../test-report/index.js';
import type { ComposePlan } from './build-plan.js';
import { isIn } from './caches.js';
import { explainBuild } from './explain-build.js';
import { judgeTests, withFileFailure, type StageFailure } from './judge-tests.js';
import { keepOwner } from './keep-owner.js';
import { withRunnerFiles } from './runner-files.js';
import {
  endStage,
  locateTests,
  explainNotStarted,
  type StageOutcome,
  type StageTools,
} from './stage.js';

const pollMs = 250;
const heartbeatMs = 15_000;
const shownLines = 10;

/**
 * Runs the tests of a service beside the others of its Compose file, which are healthy before it starts and gone
 * afterwards. When anything fails, what they wrote is saved, also when that is a cancellation.
 */
export async function runCompose(
  plan: ComposePlan,
  compose: Compose,
  tools: StageTools,
): Promise<StageOutcome> {
  await rm(plan.logs, { recursive: true, force: true }); // of a run before
  const { workspace } = tools.runtime;
  const written = {
    what: `services beside ${plan.service}`,
    image: compose.image,
    folders: compose.mounted.filter((path) => isIn(workspace, path)),
  };
  const outcome = await endStage(() =>
    compose.use((services) =>
      keepOwner(written, tools, () => runServices(plan, compose, services, tools)),
    ),
  );
  return existsSync(plan.logs) ? { ...outcome, logs: plan.logs } : outcome;
}

async function runServices(
  plan: ComposePlan,
  { needed }: Compose,
  services: ComposeServices,
  tools: StageTools,
): Promise<StageOutcome> {
  try {
    const failure = await startServices(needed, services, tools);
    const outcome = failure === undefined ? await runTests(plan, services, tools) : nothing;
    if (failure === undefined && outcome.failure === undefined) return outcome;
    const lines = await saveLogs(plan, services, tools);
    return { ...outcome, ...withLines(failure, lines) };
  } catch (error) {
    await saveLogs(plan, services, tools);
    throw error;
  }
}

const nothing: StageOutcome = { annotations: [] };

/** Builds and starts them, then waits until each is as those want it that depend on it. */
async function startServices(
  needed: readonly string[],
  services: ComposeServices,
  tools: StageTools,
): Promise<StageFailure | undefined> {
  const { logger } = tools.runtime;
  const built = await logger.group('Build the services', () => services.build());
  if (built !== undefined) return explainBuild('the services', built);
  if (needed.length === 0) return undefined;
  return logger.group(`Start ${needed.join(', ')}`, async () => {
    const started = await tryStart(services);
    const state = await services.readState();
    if (state.state === 'failed') return explainService(state.service, state.reason);
    if (started === undefined) return waitForServices(services, tools);
    const sentence = `the services ${needed.join(', ')} cannot be started: ${started.reason}`;
    return { error: serviceFailed(sentence), lines: started.lines };
  });
}

/** Compose itself waits for what its services depend on; who is waited for, it does not say. */
async function tryStart(services: ComposeServices): ReturnType<ComposeServices['start']> {
  try {
    return await services.start();
  } catch (error) {
    const state = await services.readState();
    if (state.state !== 'waiting' || !(error instanceof SlipwayError)) throw error;
    throw explainStop(error.cause, formatWaiting(state.services));
  }
}

/** @example formatWaiting([{ name: 'seed', condition: 'service_completed_successfully' }]) // 'waiting for seed to end' */
export function formatWaiting(services: readonly NeededService[]): string {
  const isEnding = ({ condition }: NeededService): boolean =>
    condition === 'service_completed_successfully';
  const format = (some: readonly NeededService[], until: string): readonly string[] =>
    some.length === 0 ? [] : [`${some.map(({ name }) => name).join(', ')} ${until}`];
  const healthy = services.filter((service) => !isEnding(service));
  const parts = [
    ...format(healthy, 'to be healthy'),
    ...format(services.filter(isEnding), 'to end'),
  ];
  return `waiting for ${parts.join(', and for ')}`;
}

async function waitForServices(
  services: ComposeServices,
  { runtime: { clock, logger, signal } }: StageTools,
): Promise<StageFailure | undefined> {
  const startedMs = clock.monotonicMs();
  let spokenMs = startedMs;
  for (;;) {
    const state = await services.readState();
    if (state.state === 'ready') return undefined;
    if (state.state === 'failed') return explainService(state.service, state.reason);
    const waiting = formatWaiting(state.services);
    if (clock.monotonicMs() - spokenMs >= heartbeatMs) {
      spokenMs = clock.monotonicMs();
      logger.info(`still ${waiting}, for ${formatDuration(spokenMs - startedMs)}`);
    }
    try {
      await clock.sleep(pollMs, signal);
    } catch (error) {
      throw explainStop(error, waiting);
    }
  }
}

function explainStop(error: unknown, doing: string): unknown {
  if (!(error instanceof SlipwayError)) return error;
  return new SlipwayError(error.code, `${error.message} while ${doing}`, {
    cause: error,
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  });
}

function explainService(service: string, reason: string): StageFailure {
  return { error: serviceFailed(`the service ${service} ${reason}`), lines: [] };
}

function serviceFailed(sentence: string): SlipwayError {
  return new SlipwayError('service-failed', sentence, {
    fix: 'See what it wrote last, in the log of this step; the output logs names a folder with all of it.',
  });
}

async function runTests(
  { service, folder, junit, ...plan }: ComposePlan,
  services: ComposeServices,
  tools: StageTools,
): Promise<StageOutcome> {
  const { logger, workspace } = tools.runtime;
  const what = `service ${service}`;
  const wanted = {
    bases: junit.map(({ base }) => base),
    matches: (path: string) => junit.some((glob) => glob.matches(path)),
    mostBytes: largestReports,
  };
  const { answer: end, failure } = await logger.group(`Test: run the ${what}`, () =>
    withRunnerFiles(what, tools.runtime, (files) => {
      const variables = [...plan.variables, ...files.settings];
      const user = plan.user === undefined ? {} : { user: plan.user };
      return services.run({ variables, shared: files.shared, ...user }, plan.settings, wanted);
    }),
  );
  if (end.state === 'not-started') {
    return { annotations: [], failure: explainNotStarted(what, end) };
  }
  const patterns = junit.map(({ text }) => text).join(', ');
  const absent = new SlipwayError(
    'test-report-invalid',
    `the ${what} left no test report: nothing that it wrote in ${end.workdir} matches ${patterns}`,
    { fix: 'Let the tests write JUnit XML there, or say with the input junit where it is.' },
  );
  const verdict = judgeTests(
    { ...end, what, isTest: true, reports: end.files, absent },
    tools.runtime.redact,
  );
  const roots = { workdir: end.workdir, folder, workspace };
  return { ...withFileFailure(verdict, failure), ...(await locateTests(verdict, roots)) };
}

/** Each service’s own file, and its last lines in the log. */
async function saveLogs(
  { logs }: ComposePlan,
  services: ComposeServices,
  { runtime: { logger, redact } }: StageTools,
): Promise<readonly string[]> {
  const last: string[] = [];
  for (const [service, log] of await services.readLogs()) {
    await mkdir(logs, { recursive: true });
    await writeFile(join(logs, `${service}.log`), redact(log));
    const lines = log.split('\n').filter((line) => line.trim() !== '');
    last.push(...lines.slice(-shownLines).map((line) => `${service} | ${line}`));
  }
  if (last.length === 0) return [];
  await logger.group(`What the services wrote last; all of it is in ${logs}`, async () => {
    for (const line of last) logger.info(line);
    return Promise.resolve();
  });
  return last;
}

function withLines(
  failure: StageFailure | undefined,
  lines: readonly string[],
): { readonly failure?: StageFailure } {
  if (failure === undefined) return {};
  return { failure: failure.lines.length > 0 ? failure : { ...failure, lines } };
}
