import { LabError } from '../errors/index.js';
import { defaultParts, parsePartName, type PartName } from '../part/index.js';

export type LabArguments =
  | { readonly verb: 'up'; readonly parts: readonly PartName[] }
  | { readonly verb: 'status' }
  | { readonly verb: 'down' };

const usage =
  'npm run lab -- up [part…] [--without part]… | status | down\n' +
  'parts: registry:candidates, registry:production, cluster:<name>, engine:docker, engine:podman, engine:buildah; without any, both registries and the clusters test and production';

/**
 * Reads the command line of `npm run lab`.
 *
 * @example parseArguments(['up', '--without', 'cluster:production']) // { verb: 'up', parts: [three parts] }
 * @throws LabError with every problem
 */
export function parseArguments(argv: readonly string[]): LabArguments {
  const [verb, ...rest] = argv;
  if (verb === 'up') return { verb, parts: readParts(rest) };
  if (verb !== 'status' && verb !== 'down')
    throw new LabError(`expected up, status or down, not ${verb ?? 'nothing'}\n${usage}`);
  if (rest.length > 0) throw new LabError(`${verb} takes no arguments, but got ${rest.join(' ')}`);
  return { verb };
}

function readParts(argv: readonly string[]): readonly PartName[] {
  const [wanted, leftOut, problems]: [PartName[], PartName[], string[]] = [[], [], []];
  for (let position = 0; position < argv.length; position += 1) {
    const isLeftOut = argv[position] === '--without';
    if (isLeftOut) position += 1;
    const name = argv[position];
    const list = isLeftOut ? leftOut : wanted;
    if (name === undefined) problems.push('--without needs the name of a part');
    else readPart(name, list, problems);
  }
  if (problems.length > 0) throw new LabError(`${problems.join('\n')}\n${usage}`);
  const parts = wanted.length === 0 ? defaultParts : wanted;
  return parts.filter((part) => !leftOut.includes(part));
}

function readPart(name: string, list: PartName[], problems: string[]): void {
  try {
    list.push(parsePartName(name));
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    problems.push(error.message);
  }
}
