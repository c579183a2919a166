import { writeJson } from '../state/index.js';
import { readApiDoorConfig } from './config.js';
import { createApiDoor } from './door.js';
import { addressFile } from './address.js';

const config = readApiDoorConfig(process.argv[2] ?? '');
const door = createApiDoor(config);
door.listen(0, '127.0.0.1', () => {
  const address = door.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  writeJson(addressFile(config.folder), { host: `127.0.0.1:${port ?? ''}` });
});
