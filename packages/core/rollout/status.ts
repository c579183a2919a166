/** How far an object is on its way to what it should be. */
export interface RolloutStatus {
  readonly state: 'in-progress' | 'available' | 'failed';
  /** For machines: `LessUpdated`. What is available for another reason than `Available` has a catch. */
  readonly reason: string;
  /** For people: `2 of 3 replicas updated`. */
  readonly message: string;
}

export function inProgress(reason: string, message: string): RolloutStatus {
  return { state: 'in-progress', reason, message };
}

export function available(message: string, reason = 'Available'): RolloutStatus {
  return { state: 'available', reason, message };
}

export function failed(reason: string, message: string): RolloutStatus {
  return { state: 'failed', reason, message };
}
