/** Whose tags: one that moves them, and one that takes a tag once. */
export type RegistryTrait = 'mutable' | 'immutable';

/** What is measured. */
export type Work = 'read' | 'read under the Lease' | 'append';

export const registryTraits: readonly RegistryTrait[] = ['mutable', 'immutable'];
export const works: readonly Work[] = ['read', 'read under the Lease', 'append'];

/** One of the measured works, once. */
export interface LedgerRun {
  readonly registry: RegistryTrait;
  readonly events: number;
  readonly work: Work;
  readonly wallMs: number;
  /** To the registry, and the acknowledgement in the Lease. */
  readonly requests: number;
}

/** The medians of a work. */
export type LedgerResult = LedgerRun;
