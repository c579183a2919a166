const patienceMs = 2000;

/**
 * Asks the catalog what everything costs.
 *
 * @param {string} url of the catalog
 * @returns {Promise<ReadonlyMap<string, number>>} cents by product
 */
export async function fetchPrices(url) {
  const answer = await fetch(`${url}/products`, { signal: AbortSignal.timeout(patienceMs) });
  if (!answer.ok) throw new Error(`the catalog answered ${answer.status}`);
  const products = await answer.json();
  return new Map(products.map(({ name, cents }) => [name, cents]));
}
