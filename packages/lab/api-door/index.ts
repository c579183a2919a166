export { readDoorHost } from './address.js';
export { readJournal } from './journal.js';
export { startApiDoor, type ApiDoorPlace } from './start.js';
