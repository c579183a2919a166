import type { LabStatus, PartStatus } from '../parts/index.js';

/** What runs, for people: a paragraph for each part. */
export function formatStatus({ folder, owners, parts }: LabStatus): string {
  if (parts.length === 0) return `no part of the lab runs (${folder})`;
  const owner = owners.map((each) => (each.kind === 'kept' ? 'kept' : `process ${each.pid}`));
  return [`lab in ${folder}, ${owner.join(', ')}`, ...parts.map(formatPart)].join('\n\n');
}

function formatPart({ part, state, facts, processes, logs }: PartStatus): string {
  const running = processes.map(({ name, pid, isRunning }) =>
    isRunning ? `${name} ${pid}` : `${name} (ended)`,
  );
  return [
    `${part}: ${state}`,
    ...Object.entries(facts).map(([name, value]) => `  ${name}: ${value}`),
    `  processes: ${running.join(', ')}`,
    `  logs: ${logs}`,
  ].join('\n');
}
