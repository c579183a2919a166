import * as core from '@actions/core';
import type { Logger } from '@slipway/io/log';

/** Where an action writes: the log, annotations, outputs, the summary, and state for its post step. */
export interface Console extends Logger {
  error(line: string, title: string, place?: SourcePlace): void;
  /** From here on the text appears as `***` wherever this console writes. */
  mask(secret: string): void;
  /** The text with `***` for what is masked. */
  redact(text: string): string;
  setOutput(name: string, value: string): void;
  saveState(name: string, value: string): void;
  writeSummary(markdown: string): Promise<void>;
}

/**
 * Who reads the log and can show lines below it gives a mark in this environment variable, which nobody else
 * knows. It begins a line that is no part of the log: a JSON array of those lines.
 */
export const liveMarkVariable = 'SLIPWAY_LIVE';

/** Where in the sources of the workspace an annotation belongs. */
export interface SourcePlace {
  /** Relative to the root of the repository. */
  readonly file: string;
  readonly line?: number;
}

export interface ConsoleOptions {
  readonly hasSummary?: boolean;
  /** What `liveMarkVariable` says; empty where nobody shows lines below the log. */
  readonly liveMark?: string;
}

const summaryLimitBytes = 1024 * 1024;

/**
 * @param onRunner whether GitHub's runner reads the log: it gets workflow commands, a terminal gets plain lines
 * @param out where plain lines go
 */
export function createConsole(
  onRunner: boolean,
  { hasSummary = false, liveMark = '' }: ConsoleOptions = {},
  out: NodeJS.WritableStream = process.stdout,
): Console {
  const secrets = new Set<string>();
  const clean = (text: string): string =>
    [...secrets]
      .toSorted((a, b) => b.length - a.length) // one may be a part of another
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const print = (line: string): void => {
    const asked = listAskedMasks(line);
    for (const secret of asked) secrets.add(secret);
    out.write(`${asked.length > 0 ? line : clean(line)}\n`);
  };
  return {
    info: print,
    debug: (line) => {
      if (onRunner) core.debug(clean(line));
    },
    warning: (line) => {
      if (onRunner) core.warning(clean(line));
      else print(`warning: ${line}`);
    },
    error: (line, title, place) => {
      if (onRunner) core.error(clean(line), { title: clean(title), ...toProperties(place) });
      else print(`error: ${formatPlace(place)}${line}`);
    },
    group: async (title, work) => {
      if (onRunner) return core.group(clean(title), work);
      print(title);
      return work();
    },
    ...(liveMark !== ''
      ? { show: (lines) => out.write(`${liveMark}${JSON.stringify(lines.map(clean))}\n`) }
      : {}),
    mask: (secret) => {
      if (secret === '') return;
      secrets.add(secret);
      if (onRunner) core.setSecret(secret);
    },
    redact: clean,
    setOutput: (name, value) => {
      const cleaned = clean(value);
      if (cleaned !== value)
        print(`the output ${name} holds what is masked: it is passed on with ***`);
      core.setOutput(name, cleaned);
    },
    saveState: (name, value) => core.saveState(name, value),
    writeSummary: async (markdown) => {
      if (!hasSummary) return;
      const text = clean(markdown).slice(0, summaryLimitBytes / 4);
      await core.summary.addRaw(text, true).write();
    },
  };
}

const maskCommand = '::add-mask::';
/** What is shorter is part of every digest. */
const shortestAsked = 4;

/** What a program of the user's asks to be masked: the runner hides it in the log, and we in all else. */
function listAskedMasks(line: string): readonly string[] {
  if (!line.startsWith(maskCommand)) return [];
  const text = line
    .slice(maskCommand.length)
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
  return text.split(/\r?\n/).filter((part) => part.trim().length >= shortestAsked);
}

function toProperties(place: SourcePlace | undefined): core.AnnotationProperties {
  if (place === undefined) return {};
  const { file, line } = place;
  return { file, ...(line === undefined ? {} : { startLine: line }) };
}

/** As compilers write it, so that terminals and editors make a link of it. */
function formatPlace(place: SourcePlace | undefined): string {
  if (place === undefined) return '';
  return place.line === undefined ? `${place.file}: ` : `${place.file}:${place.line}: `;
}
