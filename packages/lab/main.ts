import { runLabCommand } from './command/index.js';

process.exitCode = await runLabCommand(process.argv.slice(2));
