import type { ClusterAddresses } from '../addresses/index.js';
import type { Network } from './bridge.js';
import { runIp } from './ip.js';

/**
 * A cable from the lab's bridge to `eth0` of a network namespace, and the host's routes to the pods and the
 * Services behind it.
 *
 * @param pid a process in that namespace
 */
export async function plugNode(
  network: Network,
  index: number,
  pid: number,
  addresses: ClusterAddresses,
): Promise<void> {
  const link = linkName(network, index);
  await runIp([`link del ${link}`], 'continue');
  await runIp([
    `link add ${link} type veth peer name eth0 netns ${pid}`,
    `link set ${link} master ${network.bridge} up`,
    `route replace ${addresses.pods} via ${addresses.node} dev ${network.bridge}`,
    `route replace ${addresses.services} via ${addresses.node} dev ${network.bridge}`,
  ]);
}

/** Takes the cable and the routes away; what is not there is no error. */
export async function unplugNode(
  network: Network,
  index: number,
  addresses: ClusterAddresses,
): Promise<void> {
  await runIp(
    [
      `route del ${addresses.pods} via ${addresses.node} dev ${network.bridge}`,
      `route del ${addresses.services} via ${addresses.node} dev ${network.bridge}`,
      `link del ${linkName(network, index)}`,
    ],
    'continue',
  );
}

/** At most 15 characters, as the kernel wants it. */
function linkName(network: Network, index: number): string {
  return `${network.bridge}-${index}`;
}
