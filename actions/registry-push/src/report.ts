import { formatBytes } from '@slipway/core/byte-size';
import { formatDuration } from '@slipway/core/duration';
import { assertNever } from '@slipway/core/errors';
import { formatReference, formatRepository } from '@slipway/core/image-ref';
import type { AddedEvidence } from '@slipway/flow/evidence';
import type { Report } from '@slipway/flow/runtime';
import type { PushResult, TagOutcome } from '@slipway/io/registry';
import type { Result } from './run.js';

export const outputs = { reference: '', digest: '', tags: '', pushed: '0', unchanged: 'false' };

export function report({ inputs, pushed, evidence, durationMs }: Result): Report {
  const { digest, tags } = pushed;
  const { isDryRun } = inputs;
  const reference = formatReference({ repository: inputs.image, digest });
  const named = tags.filter(({ state }) => state !== 'skipped').map(({ tag }) => tag);
  const sent = countSent(pushed);
  const isUnchanged = sent === 0 && !tags.some(isWritten);
  return {
    outputs: {
      reference,
      digest,
      tags: named.join('\n'),
      pushed: `${isDryRun ? 0 : sent}`,
      unchanged: `${isUnchanged}`,
    },
    summary: [
      `### ${formatTitle(formatRepository(inputs.image), isDryRun, isUnchanged)}`,
      '',
      `\`${reference}\``,
      '',
      '| | |',
      '|---|---|',
      ...tags.map((outcome) => `| Tag \`${outcome.tag}\` | ${formatTag(outcome, isDryRun)} |`),
      ...evidence.map(formatEvidence),
      `| Blobs and manifests | ${formatCounts(pushed, isDryRun)} |`,
      `| Referrers among them | ${pushed.referrers} |`,
      `| Size | ${formatBytes(pushed.bytes)} |`,
      `| Took | ${formatDuration(durationMs)} |`,
      '',
    ].join('\n'),
  };
}

function countSent({ blobs, manifests }: PushResult): number {
  return blobs.sent + manifests.sent;
}

function isWritten({ state }: TagOutcome): boolean {
  return state === 'created' || state === 'moved';
}

function formatTitle(repository: string, isDryRun: boolean, isUnchanged: boolean): string {
  if (isUnchanged) return `✅ ${repository}: unchanged, everything was there already`;
  return isDryRun
    ? `🔎 ${repository}: dry run, nothing was sent`
    : `✅ ${repository}: pushed and read back`;
}

function formatCounts(pushed: PushResult, isDryRun: boolean): string {
  const { blobs, manifests, bytesSent } = pushed;
  const sent = `${countSent(pushed)} ${isDryRun ? 'to send' : 'sent'} (${formatBytes(bytesSent)})`;
  return `${sent}, ${blobs.present + manifests.present} were there`;
}

/** What a reviewer asks of it first: what was found, and by which gate. */
function formatEvidence({ path, digest, statement }: AddedEvidence): string {
  const { testResult, predicateType } = statement;
  const what =
    testResult === undefined ? predicateType : `${testResult.gate}: ${testResult.result}`;
  return `| Evidence \`${path}\` | ${what} (\`${digest}\`) |`;
}

function formatTag(outcome: TagOutcome, isDryRun: boolean): string {
  switch (outcome.state) {
    case 'created':
      return isDryRun ? 'would be created' : 'created';
    case 'unchanged':
      return 'unchanged, names this digest already';
    case 'moved':
      return `${isDryRun ? 'would be moved' : 'moved'} from \`${outcome.previous}\``;
    case 'skipped':
      return `left at \`${outcome.previous}\`${outcome.because === undefined ? '' : `: ${outcome.because}`}`;
    default:
      return assertNever(outcome);
  }
}
