/** Where the suite lives on GitHub: the one place that names its owner. */
export const owner = 'owner/slipway';
