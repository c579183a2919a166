import { endAbandonedLab } from '../parts/index.js';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('expected the folder of a lab');
await endAbandonedLab(folder);
