import { readFile } from 'node:fs/promises';
import type { BuildPlan } from './build-plan.js';

/**
 * Whether the engine has to give secrets to steps of a build. Commands have them from us, on every engine: beside
 * these they are the build’s, too, only where a step mounts one.
 */
export async function needsBuildSecrets({
  command,
  source,
}: Pick<BuildPlan, 'command' | 'source'>): Promise<boolean> {
  if (source === undefined || source.secrets.length === 0) return false;
  return command === undefined || mountsSecrets(await readFile(source.dockerfile, 'utf8'));
}

function mountsSecrets(dockerfile: string): boolean {
  return dockerfile
    .split('\n')
    .some((line) => !/^\s*#/.test(line) && /--mount=\S*\btype=secret\b/.test(line));
}
