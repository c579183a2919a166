import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { trialVariable, type TrialPlace } from './leftovers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface DemoProcess {
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** The last lines that it wrote. */
  readonly tail: () => string;
  /** SIGINT to the whole process group: what Ctrl-C in a terminal does. */
  readonly interrupt: () => void;
}

/** Starts `npm run demo` with a lab of its own, as a terminal would: in a process group of its own. */
export function startDemo({ trial, labFolder, temporaryFolder }: TrialPlace): DemoProcess {
  const child = spawn('npm', ['run', 'demo'], {
    cwd: root,
    detached: true,
    env: {
      ...process.env,
      [trialVariable]: trial,
      LAB_DIR: labFolder,
      TMPDIR: temporaryFolder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return {
    ended: new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    }),
    tail: () => text.split('\n').slice(-12).join('\n'),
    interrupt: () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    },
  };
}
