import type { ChildProcess } from 'node:child_process';

/** All that a process writes, while it runs. */
export interface FollowedOutput {
  read(): string;
  /** Resolves when it has written the text; rejects when it ends without. */
  readonly written: (text: string) => Promise<void>;
}

export function followOutput(child: ChildProcess): FollowedOutput {
  let all = '';
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      all += chunk;
      for (const { text, resolve } of waiting) if (all.includes(text)) resolve();
    });
  }
  return {
    read: () => all,
    written: (text) =>
      new Promise((resolve, reject) => {
        if (all.includes(text)) resolve();
        waiting.push({ text, resolve });
        child.once('close', () => reject(new Error(`it ended without “${text}”:\n${all}`)));
      }),
  };
}
