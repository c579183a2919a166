import type { RunnerEngine } from '../step/index.js';

export type Texts = Readonly<Record<string, string>>;

/**
 * What happens to a build while it goes on: the runner cancels it; the engine’s daemon goes, with all its
 * connections; it goes, and whoever connects again hears nothing; it goes in the middle of saving the image.
 */
export type Disturbance =
  'cancelled' | 'daemon gone' | 'daemon silent' | 'daemon gone while saving';

/** A way in which a build fails, and what is told of it. */
export interface BuildFailure {
  readonly name: string;
  /** What is committed. `{mark}` stands for a number that only this trial has, of seconds to sleep. */
  readonly files: Texts;
  readonly inputs: Texts;
  readonly code: string;
  /** The cause, in the one sentence that the user reads. */
  readonly message: RegExp;
  /** Where it is not so on all of them. */
  readonly engines?: readonly RunnerEngine[];
  /** It is disturbed when it has written this. */
  readonly at?: string;
  readonly by?: Disturbance;
  /** A service whose log is kept. */
  readonly logged?: string;
  /** A folder of the workspace with room for next to nothing. */
  readonly full?: string;
  /** The workspace cannot be written to. */
  readonly isReadOnly?: boolean;
}

/** A Dockerfile with a stage `test`, whose command this is. */
export const stage = (command: string): Texts => ({
  Dockerfile: `FROM busybox:1.36 AS sources
WORKDIR /app
COPY . .
FROM sources AS test
CMD ["sh", "test.sh"]
FROM sources
RUN dd if=/dev/urandom of=/made bs=1k count=600 2>/dev/null
`,
  '.dockerignore': '.git\n',
  'test.sh': command,
});

/** Commands that leave a report with these cases. */
export const report = (cases: string): string =>
  `mkdir -p reports; echo '<testsuite name="s">${cases}</testsuite>' > reports/a.xml`;

export const tested = { 'test-target': 'test' };
export const commands = (run: string): Texts => ({ 'run-image': 'busybox:1.36', run });
export const nothing = { 'a.txt': '' };
/** Hears no signal. */
export const deaf = 'trap "" TERM INT; echo it began; sleep {mark}; sleep {mark}';
/** What is told of a daemon that is gone. */
export const gone = {
  by: 'daemon gone',
  code: 'engine-missing',
  message: /^there is docker, but its daemon does not answer: /,
} as const;
