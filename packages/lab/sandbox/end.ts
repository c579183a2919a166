import { runCommand } from '@slipway/io/command';
import { clusterAddresses } from '../addresses/index.js';
import { readNetwork, readNodeIndex, unplugNode } from '../network/index.js';
import { asRoot, endProcesses, readPartProcesses } from '../process/index.js';
import { removeControlGroups } from './control-groups.js';

/**
 * Ends everything that runs in a part's namespaces, and with them its links, routes and control groups; then
 * its folder goes. What is not there is no error.
 */
export async function endSandbox(
  lab: string,
  folder: string,
  controlGroups: readonly string[],
): Promise<void> {
  const processes = readPartProcesses(folder);
  await endProcesses(processes.filter((each) => each.name === 'sandbox'));
  await endProcesses(processes);
  const [network, index] = [readNetwork(lab), readNodeIndex(folder)];
  if (network !== undefined && index !== undefined)
    await unplugNode(network, index, clusterAddresses(network.block, index));
  await removeControlGroups(controlGroups);
  await runCommand(asRoot(['rm', '-rf', folder]));
}
