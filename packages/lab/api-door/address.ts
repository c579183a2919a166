import { join } from 'node:path';

/** Where a door says on what it listens, once it does. */
export function addressFile(folder: string): string {
  return join(folder, 'api-door-address.json');
}
