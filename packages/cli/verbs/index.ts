export { commands, type CliCommand } from './commands.js';
