/** How many requests an API server is sent at once. */
export const atOnce = 8;
