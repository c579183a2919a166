export { tryFetchTool } from './fetch-tool.js';
