import { LabError, PartLeftOutError } from '../errors/index.js';

/**
 * The kubeconfig of the clusters that the lab works with instead of making some; several files as in `KUBECONFIG`.
 *
 * @returns undefined where the lab makes its own
 */
export function readLabKubeconfig(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const chosen = environment['LAB_KUBECONFIG'];
  return chosen === '' ? undefined : chosen;
}

/** An image that existing clusters can pull and that has Node 20 or newer. */
export function readLabImage(environment: Readonly<Record<string, string | undefined>>): string {
  const chosen = environment['LAB_IMAGE'] ?? '';
  return chosen === '' ? 'docker.io/library/node:24-alpine' : chosen;
}

/**
 * For what is done to a cluster or an engine that only the lab’s own can stand.
 *
 * @throws PartLeftOutError where the lab works with existing ones
 */
export function assertOwnParts(): void {
  if (readLabKubeconfig(process.env) !== undefined)
    throw new PartLeftOutError('own-parts', 'LAB_KUBECONFIG names clusters that are not its own');
}

/** @throws LabError where a lab that is there works with other clusters than are asked for now */
export function assertSameClusters(recorded: string | undefined, asked: string | undefined): void {
  if (recorded === asked) return;
  throw new LabError(
    `this lab ${tell(recorded)}, and now it is asked for one that ${tell(asked)}: take it down first, or choose another folder with LAB_DIR`,
  );
}

function tell(kubeconfig: string | undefined): string {
  return kubeconfig === undefined ? 'has its own clusters' : `works with those of ${kubeconfig}`;
}
