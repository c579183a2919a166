import { createServer } from 'node:http';
import { listOrders, priceOrder } from './orders.js';

/**
 * The service, not yet listening.
 *
 * @param {{ version: string, fetchPrices: () => Promise<ReadonlyMap<string, number>> }} options
 */
export function createService({ version, fetchPrices }) {
  let isDraining = false;
  const server = createServer(async (request, response) => {
    if (isDraining) response.setHeader('Connection', 'close');
    try {
      await answer(request, response, { version, fetchPrices });
    } catch (error) {
      console.error(`orders: ${request.method} ${request.url}:`, error.message);
      sendText(response, 502, `cannot price the order: ${error.message}`);
    }
  });
  server.keepAliveTimeout = 65_000; // longer than any proxy before it keeps a connection
  return {
    server,
    /** Goes on answering for a while: traffic follows the Service's endpoints with a delay. */
    async drain(forMs) {
      isDraining = true; // every kept-alive connection hears "Connection: close" before it is closed
      await new Promise((resolve) => setTimeout(resolve, forMs));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer({ method, url }, response, { version, fetchPrices }) {
  const { pathname } = new URL(url, 'http://orders');
  if (method !== 'GET') return sendText(response, 405, 'only GET');
  if (pathname === '/healthz') return sendText(response, 200, 'ok');
  if (pathname === '/version') return sendText(response, 200, version);
  if (pathname === '/orders') return sendJson(response, listOrders());

  const id = /^\/orders\/(?<id>[^/]+)$/.exec(pathname)?.groups.id;
  if (id === undefined || !listOrders().includes(id)) {
    return sendText(response, 404, 'no such order');
  }
  return sendJson(response, priceOrder(id, await fetchPrices()));
}

function sendText(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function sendJson(response, value) {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
}
