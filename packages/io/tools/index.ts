export { describePlatform, openTools, type Tools, type ToolsOptions } from './open-tools.js';
export type { PinnedTool, ToolName } from './pinned-tools.js';
