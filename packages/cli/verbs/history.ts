import {
  chooseReturn,
  findApplied,
  formatLiveTime,
  formatWriter,
  isAttemptEvent,
  liveAttempt,
  tellDeployments,
  type ChainLink,
  type DeploymentStory,
  type LedgerState,
} from '@slipway/core/release';
import type { ActionDefinition, Report, Runtime } from '@slipway/flow/runtime';
import { readRecord, readRecordInputs, type RecordInputs } from './record-inputs.js';
import { formatTable, formatTime } from './table.js';

interface History {
  readonly links: readonly ChainLink[];
  readonly now: string;
}

async function run(inputs: RecordInputs, runtime: Runtime): Promise<History> {
  const { service, environment } = inputs.place;
  const links = await readRecord(inputs, runtime);
  const now = runtime.clock.now().toISOString();
  runtime.logger.info(`${service} in ${environment}: ${links.length} events`);
  for (const line of [...formatHistory(links, now), ...formatNow(links, now)]) {
    runtime.logger.info(line);
  }
  return { links, now };
}

function report({ links, now }: History): Report {
  const state = links.at(-1)?.event.state;
  return {
    outputs: {
      events: JSON.stringify(links.map(({ event }) => event)),
      deployments: JSON.stringify(tellDeployments(links)),
      state: JSON.stringify(state ?? {}),
      'return-to': state === undefined ? '' : describeReturn(state, now),
    },
    summary: '',
  };
}

/**
 * What happened, a line for each deployment and each decision about the service, newest first; `*` is live.
 *
 * @param now RFC 3339
 */
export function formatHistory(links: readonly ChainLink[], now: string): readonly string[] {
  const live = links.at(-1)?.event.state.live;
  const deployments = tellDeployments(links).map((story) => ({
    at: story.startedAt,
    row: formatDeployment(story, live, now),
  }));
  const decisions = links
    .map(({ event }) => event)
    .filter((event) => !isAttemptEvent(event))
    .map((event) => ({
      at: event.at,
      row: [
        ' ',
        formatTime(event.at),
        '',
        event.kind,
        '',
        '',
        formatWriter(event),
        event.reason ?? '',
      ],
    }));
  const rows = [...deployments, ...decisions]
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .map(({ row }) => row);
  const header = [' ', 'at (UTC)', 'version', 'what', 'outcome', 'live for', 'by', 'why'];
  return formatTable([header, ...rows]);
}

function formatDeployment(
  story: DeploymentStory,
  live: string | undefined,
  now: string,
): readonly string[] {
  const { deployment, startedAt, version, intent, outcome, isQuarantined, by, why } = story;
  return [
    deployment === live ? '*' : ' ',
    formatTime(startedAt),
    version,
    outcome === 'adopted' ? 'adopted' : intent,
    isQuarantined ? `${outcome}, quarantined` : outcome,
    formatLiveTime(story, now),
    by,
    why,
  ];
}

/** What all events come to: what is live, what is good, where a rollback would go, and what may not be deployed. */
function formatNow(links: readonly ChainLink[], now: string): readonly string[] {
  const state = links.at(-1)?.event.state;
  if (state === undefined) return ['', 'nothing was ever deployed here'];
  const live = liveAttempt(state);
  return [
    '',
    live === undefined
      ? 'live: nothing'
      : `live: ${live.version}, ${live.outcome}, for ${formatLiveTime(live, now)}`,
    `a rollback now: ${describeReturn(state, now)}`,
    ...state.quarantined.map(
      ({ version, at, reason }) => `quarantined: ${version} since ${formatTime(at)}: ${reason}`,
    ),
    ...(state.hold === undefined
      ? []
      : [`held by ${state.hold.actor} since ${formatTime(state.hold.at)}: ${state.hold.reason}`]),
  ];
}

function describeReturn(state: LedgerState, now: string): string {
  const leaving = findApplied(state)?.bundle;
  if (leaving === undefined) return 'nothing was ever deployed here';
  return chooseReturn(state, { leaving, to: 'last-known-good', override: false, now }).explanation;
}

/** `slipway history`: what happened to a service in an environment, and what is good. */
export const history = {
  name: 'history',
  outputs: { events: '[]', deployments: '[]', state: '{}', 'return-to': '' },
  readInputs: readRecordInputs,
  run,
  report,
} satisfies ActionDefinition<RecordInputs, History>;
