// Answers what was ordered, and what it costs today.
import { fetchPrices } from './catalog.js';
import { createService } from './server.js';
import { readSettings } from './settings.js';

const drainMs = 4000;

try {
  const { address, catalogUrl, version } = readSettings(process.env);
  const { server, drain } = createService({ version, fetchPrices: () => fetchPrices(catalogUrl) });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => drain(drainMs));
  server.on('error', fail);
  server.listen(address, () => {
    const { address: host, port } = server.address();
    console.log(`orders ${version}: prices from ${catalogUrl}, on ${host}:${port}`);
  });
} catch (error) {
  fail(error);
}

function fail(error) {
  console.error('orders:', error.message);
  process.exit(3);
}
