import { SlipwayError } from '@slipway/core/errors';
import { CommandError, type CommandResult } from '../command/index.js';
import { askProgram, runProgramLogged, type EngineCollaborators } from './docker.js';
import {
  formatSave,
  formatStoredImage,
  type ImageStore,
  type SavingProgram,
  type StoredImage,
} from './image-store.js';

/** Which programs reach a store, the first that is there first. */
const programsOf: Readonly<Record<ImageStore, readonly SavingProgram[]>> = {
  'docker-daemon': ['docker'],
  'containers-storage': ['podman', 'buildah'],
};

/**
 * Writes an image that an engine keeps into a new file: of docker as docker save does, of podman and buildah
 * as an archive with an OCI layout.
 *
 * @throws SlipwayError `engine-missing` without the program that reaches the store, `not-found` when the image is
 * not in it, `source-invalid` when it cannot be saved; the signal's reason when aborted
 */
export async function saveImage(
  image: StoredImage,
  file: string,
  collaborators: EngineCollaborators,
): Promise<void> {
  const { reference } = image;
  const { signal } = collaborators;
  const program = await findProgram(image, signal);
  await requireImage(program, image, signal);
  const isList = await isManifestList(program, reference, signal);
  const name = formatStoredImage(image);
  const argv = formatSave(program, reference, file, isList);
  const { exitCode, lines } = await runProgramLogged(argv, `saving ${name}`, collaborators);
  if (exitCode === 0) return;
  await requireAnswer(program, signal);
  const said = lines.findLast((line) => line.trim() !== '') ?? `exit code ${exitCode}`;
  throw new SlipwayError('source-invalid', `${program} cannot save ${name}`, {
    cause: new Error(said.trim()),
    fix: `Run ${program} save on this machine by hand, and look at what it says and at the space on its disk.`,
  });
}

async function findProgram(image: StoredImage, signal: AbortSignal): Promise<SavingProgram> {
  const programs = programsOf[image.store];
  for (const program of programs) {
    if (await isInstalled(program, signal)) {
      await requireAnswer(program, signal);
      return program;
    }
  }
  const other = image.store === 'docker-daemon' ? 'containers-storage' : 'docker-daemon';
  throw new SlipwayError(
    'engine-missing',
    `there is no ${programs.join(' and no ')} on this machine to take ${formatStoredImage(image)} from`,
    {
      fix: `Use a runner that has ${programs.join(' or ')}; an image that ${programsOf[other].join(' or ')} keeps is named ${other}:${image.reference}.`,
    },
  );
}

async function isInstalled(program: SavingProgram, signal: AbortSignal): Promise<boolean> {
  try {
    await askProgram([program, '--version'], signal);
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.kind === 'not-found') return false;
    throw error;
  }
}

/** @throws SlipwayError `engine-missing` when the daemon, or the storage, does not answer */
async function requireAnswer(program: SavingProgram, signal: AbortSignal): Promise<void> {
  const question = program === 'docker' ? ['version', '--format', 'json'] : ['info'];
  const answer = await askProgram([program, ...question], signal);
  if (answer.exitCode === 0) return;
  const what = program === 'docker' ? 'its daemon does not answer' : 'it cannot read its storage';
  throw new SlipwayError('engine-missing', `there is ${program}, but ${what}`, {
    cause: new Error(saidBy(answer)),
    fix: `Make ${program} ${question.join(' ')} work as the user of the runner.`,
  });
}

async function requireImage(
  program: SavingProgram,
  image: StoredImage,
  signal: AbortSignal,
): Promise<void> {
  const { store, reference } = image;
  const question = program === 'buildah' ? ['inspect', '--type', 'image'] : ['image', 'inspect'];
  const answer = await askProgram([program, ...question, reference], signal);
  if (answer.exitCode === 0) return;
  await requireAnswer(program, signal);
  throw new SlipwayError('not-found', `${program} has no image ${reference}`, {
    cause: new Error(saidBy(answer)),
    fix: `Build or pull it in an earlier step of the same job, as the same user, and name it as ${program} images shows it: ${store}:<name>:<tag>.`,
  });
}

async function isManifestList(
  program: SavingProgram,
  reference: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (program === 'docker') return false;
  const answer = await askProgram([program, 'manifest', 'exists', reference], signal);
  return answer.exitCode === 0;
}

function saidBy({ stdout, stderr, exitCode }: CommandResult): string {
  const said = [stderr, stdout].map((text) => text.replaceAll(/\s+/g, ' ').trim());
  return said.find((text) => text !== '')?.slice(-500) ?? `exit code ${exitCode}`;
}
