// What the toolkit needs of undici: the packaged file holds nothing else of it (tsconfig.json, `paths`).
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
