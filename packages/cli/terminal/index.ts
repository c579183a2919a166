export { openTerminal, type TerminalStream } from './terminal.js';
