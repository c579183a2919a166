import type { Problem } from '@slipway/core/errors';
import {
  formatIdentity,
  formatManifests,
  identify,
  readManifests,
  refuseProblems,
  type KubernetesObject,
} from '@slipway/core/manifest';

/** An object, and the template that it was rendered from. */
export interface TemplatedObject {
  /** `orders/templates/deployment.yaml`, as Helm writes it above each document. */
  readonly template: string;
  readonly object: KubernetesObject;
}

/**
 * What `helm template` wrote: each document follows a line that names its template.
 *
 * @throws SlipwayError `render-failed` with what every template has wrong
 */
export function readChartOutput(output: string): readonly TemplatedObject[] {
  const [, ...parts] = output.split(/^---\n# Source: (.+)\n/m);
  const objects: TemplatedObject[] = [];
  const problems: Problem[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const template = parts[index] ?? '';
    const found = readManifests(parts[index + 1] ?? '', template);
    objects.push(...found.objects.map((object) => ({ template, object })));
    problems.push(...found.problems);
  }
  refuseProblems(problems);
  return objects;
}

/**
 * The same chart and values must give the same objects each time: no other bundle may come of them, and what was
 * approved must be what is applied.
 *
 * @throws SlipwayError `render-failed` with each template and object that came out in another way; no value is told
 */
export function assertSameOutput(
  first: readonly TemplatedObject[],
  second: readonly TemplatedObject[],
): void {
  const again = new Set(second.map(({ object }) => formatManifests([object])));
  const differing = first.filter(({ object }) => !again.has(formatManifests([object])));
  if (differing.length === 0 && first.length !== second.length) differing.push(...first);
  refuseProblems(
    differing.map(({ template, object }) => ({
      subject: template,
      given: formatIdentity(identify(object)),
      expected: 'the same from the same chart and values, and it came out in another way',
      fix: 'Take out what is new each time (randAlphaNum, uuidv4, genCA, now …): set it in the values, or let an ExternalSecret make it.',
    })),
  );
}
