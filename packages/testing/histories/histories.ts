import { adoptedServices } from './adopted.js';
import type { History } from './history.js';
import { named } from './named.js';
import { odd } from './odd.js';
import { otherTools } from './other-tools.js';
import { quarantined } from './quarantined.js';
import { soaking } from './soaking.js';

/** Where to return to: the situations that a ledger can be in, each with its only right answer. */
export const histories: ReadonlyMap<string, readonly History[]> = new Map([
  ['where other tools answer wrongly', otherTools],
  ['adopted', adoptedServices],
  ['the soak', soaking],
  ['quarantined', quarantined],
  ['by name', named],
  ['odd', odd],
]);
