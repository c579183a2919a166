import type { HistoryCase } from '../git/index.js';
import { lineCases } from './lines.js';
import { mergeCases } from './merges.js';
import { messageCases } from './messages.js';
import { nestedCases } from './nested.js';
import { pathCases } from './paths.js';
import { placeCases } from './places.js';
import { tagCases } from './tags.js';

/** Real histories, by what they are about, and the version of each. */
export const versionCases: readonly (readonly [string, readonly HistoryCase[]])[] = [
  ['messages', messageCases],
  ['merges', mergeCases],
  ['merges within merges', nestedCases],
  ['tags', tagCases],
  ['paths', pathCases],
  ['places', placeCases],
  ['lines', lineCases],
];
