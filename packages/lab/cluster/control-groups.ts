import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The control groups of a cluster's containers: containerd makes `/k8s.io/<id>` for each.
 *
 * @param folder the cluster's folder
 */
export function listControlGroups(folder: string): readonly string[] {
  const containers = join(folder, 'containerd/state/io.containerd.runtime.v2.task/k8s.io');
  return existsSync(containers) ? readdirSync(containers).map((id) => `/k8s.io/${id}`) : [];
}
