export { announceRegistry, listAnnounced, portOf, withdrawRegistry } from './announcement.js';
export { readCarried, writeCarried, type Carried } from './carried.js';
