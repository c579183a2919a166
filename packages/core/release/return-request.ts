import type { Digest } from '../image-ref/index.js';

export interface ReturnRequest {
  /** The bundle that is being left: it never counts. */
  readonly leaving: Digest;
  /** `last-known-good`, a version, or a bundle's digest. */
  readonly to: string;
  /**
   * The deployment that was live when a failed attempt began: an automatic rollback goes back to it if it
   * was verified, or adopted. Absent when a person asks.
   */
  readonly wasLive?: string;
  /** What is quarantined or never served well may be named, with a reason. */
  readonly override: boolean;
  /** For how long the live bundle has been good. */
  readonly now: string;
}
