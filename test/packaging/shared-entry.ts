export * from '../../actions/index.js';
export { main as cli } from '@slipway/cli/main';
