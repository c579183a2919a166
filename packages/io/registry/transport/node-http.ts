// Not imported: an import of node:http also loads what it only passes on (WebSocket), 22 ms at every start.
export const http = process.getBuiltinModule('node:http');

/** Loaded when the first registry with TLS is spoken to. */
export const loadTls = () => ({
  https: process.getBuiltinModule('node:https'),
  tls: process.getBuiltinModule('node:tls'),
});
