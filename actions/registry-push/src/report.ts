import { formatDuration } from '@slipway/core/duration';
import { formatReference, formatRepository } from '@slipway/core/image-ref';
import type { Report } from '@slipway/flow/runtime';
import type { PushResult } from '@slipway/io/registry';
import type { Result } from './run.js';

export const outputs = { reference: '', digest: '', tags: '', pushed: '0', unchanged: 'false' };

export function report({ inputs, pushed, durationMs }: Result): Report {
  const { digest, tags } = pushed;
  const reference = formatReference({ repository: inputs.image, digest });
  const named = tags.filter(({ state }) => state !== 'skipped').map(({ tag }) => tag);
  const isUnchanged =
    pushed.uploaded === 0 &&
    tags.every(({ state }) => state === 'unchanged' || state === 'skipped');
  return {
    outputs: {
      reference,
      digest,
      tags: named.join('\n'),
      pushed: String(pushed.uploaded),
      unchanged: String(isUnchanged),
    },
    summary: formatSummary(reference, pushed, { inputs, durationMs, isUnchanged }),
  };
}

function formatSummary(
  reference: string,
  { uploaded, present, bytes, tags }: PushResult,
  { inputs, durationMs, isUnchanged }: Omit<Result, 'pushed'> & { readonly isUnchanged: boolean },
): string {
  const repository = formatRepository(inputs.image);
  const sent = `${uploaded} sent (${formatBytes(bytes)}), ${present} were there`;
  const title = isUnchanged
    ? `✅ ${repository}: unchanged, everything was there already`
    : inputs.dryRun
      ? `🔎 ${repository}: would be pushed`
      : `✅ ${repository}: pushed and read back`;
  return [
    `### ${title}`,
    '',
    `\`${reference}\``,
    '',
    '| | |',
    '|---|---|',
    ...tags.map(({ tag, state }) => `| Tag \`${tag}\` | ${state} |`),
    `| Blobs and manifests | ${inputs.dryRun ? sent.replace('sent', 'to send') : sent} |`,
    `| Took | ${formatDuration(durationMs)} |`,
    '',
  ].join('\n');
}

/** @example formatBytes(1_500_000) // '1.5 MB' */
function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
