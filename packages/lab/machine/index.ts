export { checkMachine, findMachineProblem, type Machine } from './check.js';
