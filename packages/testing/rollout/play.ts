import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { diagnose, observe, startMemory, type RolloutMemory } from '@slipway/core/rollout';
import { appliedAt } from './scene.js';

/** What the API says from a moment on, in seconds after the apply. */
export type Scene = readonly [atSeconds: number, ...objects: KubernetesObject[]];

/** A named story, the second in which it is lost, `code fault reason exit-code`, and the sentence told. */
export type Row = [
  name: string,
  scenes: readonly Scene[],
  at: number,
  kind: string,
  sentence: string,
];

/** What tells about others, and is not waited for itself. */
const kinds = ['ReplicaSet', 'Pod', 'Event', 'ExternalSecret', 'SealedSecret', 'Certificate'];
const lastSecond = 120;

/** Looks every second, as the watch does, until the last second or until it has seen enough. */
export function play(
  scenes: readonly Scene[],
  untilSeconds: number,
  isEnough: (memory: RolloutMemory, at: number) => boolean = () => false,
): { readonly memory: RolloutMemory; readonly at: number } {
  const [[start, ...first] = [0]] = scenes;
  const workloads = first.filter(({ kind }) => !kinds.includes(kind)).map(identify);
  let memory = startMemory(appliedAt.getTime(), 'slipway');
  for (let at = start; ; at += 1) {
    const [, ...objects] = scenes.findLast(([from]) => from <= at) ?? [0];
    memory = observe(memory, { workloads, objects }, at * 1000);
    if (at >= untilSeconds || isEnough(memory, at)) return { memory, at };
  }
}

/** Plays until waiting is of no use any more, or for two minutes, and tells what is worst then. */
export function playToEnd(scenes: readonly Scene[]): {
  readonly at: number;
  readonly severity?: string;
  readonly kind?: string;
  readonly sentence?: string;
} {
  const isLost = (memory: RolloutMemory, at: number): boolean =>
    diagnose(memory, at * 1000)[0]?.severity === 'terminal';
  const { memory, at } = play(scenes, lastSecond, isLost);
  const [finding] = diagnose(memory, at * 1000);
  if (finding === undefined) return { at };
  const { severity, code, fault, reason, exitCode, sentence } = finding;
  const kind = [code, fault, reason, exitCode].filter((part) => part !== undefined).join(' ');
  return { at, severity, kind, sentence };
}
