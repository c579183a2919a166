/** From harmless to what cannot be undone. */
export const migrations = ['none', 'expand', 'contract', 'irreversible'] as const;

/** What a version does to data that the version before must live with. */
export type Migration = (typeof migrations)[number];
