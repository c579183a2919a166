// The toolkit's HTTP client takes undici for callers of fetch, of which there are none: its own requests go through
// Node's http and https, also through a proxy. So the packaged file holds nothing of undici (tsconfig.json, `paths`).
export function ProxyAgent() {
  throw new Error('nothing here calls fetch through a proxy');
}
