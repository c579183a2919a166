import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import type { Logger } from '@slipway/io/log';
import {
  formatAsText,
  mayCommand,
  tryParseCommand,
  type WorkflowCommand,
} from './workflow-command.js';

/** Where an action writes: the log, annotations, outputs, the summary, and state for its post step. */
export interface Console extends Logger {
  error(line: string, title: string, place?: SourcePlace): void;
  /**
   * From here on the text, and each line of it, appears as `***` wherever this console writes. What is shorter than
   * `shortestMasked` is part of every digest, and stays.
   */
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
/** In characters. */
export const shortestMasked = 4;

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
  const write = (text: string): void => void out.write(`${text}\n`);
  const print = (text: string): void => {
    // the runner reads a new line after a carriage return, too
    for (const line of clean(text).split(/\r?\n|\r/)) {
      write(onRunner && mayCommand(line) ? formatAsText(line, randomUUID()) : line);
    }
  };
  const mask = (secret: string): void => {
    for (const part of new Set([secret, ...secret.split(/\r?\n|\r/)])) {
      if (part.trim().length < shortestMasked) continue;
      secrets.add(part);
      if (onRunner) core.setSecret(part);
    }
  };
  const relay = (line: string): void => {
    const command = tryParseCommand(line);
    if (command?.name === 'add-mask') mask(command.message);
    else if (command === undefined || !shownCommands.has(command.name)) print(line);
    else if (onRunner) write(clean(line));
    else for (const text of formatForPeople(command)) print(text);
  };
  return {
    info: print,
    relay: (text) => {
      for (const line of text.split(/\r?\n|\r/)) relay(line);
    },
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
    mask,
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

/** What only changes how the log looks. */
const shownCommands = new Set(['error', 'warning', 'notice', 'debug', 'group', 'endgroup']);

/** Where no runner reads it. */
function formatForPeople({ name, properties, message }: WorkflowCommand): readonly string[] {
  if (name === 'debug' || name === 'endgroup') return [];
  if (name === 'group') return [message];
  const [file, line] = [properties.get('file'), Number(properties.get('line'))];
  const place = file === undefined ? undefined : { file, ...(line > 0 ? { line } : {}) };
  return [`${name}: ${formatPlace(place)}${message}`];
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
