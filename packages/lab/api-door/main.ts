import { writeDoorHost } from './address.js';
import { readApiDoorConfig } from './config.js';
import { createApiDoor } from './door.js';

const config = readApiDoorConfig(process.argv[2] ?? '');
const door = createApiDoor(config);
door.listen(0, '127.0.0.1', () => {
  const address = door.address();
  if (typeof address === 'object' && address !== null)
    writeDoorHost(config.folder, `127.0.0.1:${address.port}`);
});
