import type { FailureCode } from '../errors/index.js';
import type { ObjectIdentity } from '../manifest/index.js';
import { signalClasses, type Patience, type SignalName } from './signal-classes.js';

/** What keeps a rollout from being done. */
export interface Finding {
  /** `terminal`: it will not heal, waiting longer is of no use. `transient`: it may, only the deadline decides. */
  readonly severity: 'terminal' | 'transient';
  /** Whose fault: a `candidate` may be rolled back; under a fault of the `platform` the old version fares no better. */
  readonly fault: 'candidate' | 'platform';
  readonly code: FailureCode;
  /** What is waited for. */
  readonly object: ObjectIdentity;
  /** Name of a pod that shows it. */
  readonly pod?: string;
  readonly container?: string;
  /** For machines, in Kubernetes' own words: `CrashLoopBackOff`. */
  readonly reason: string;
  /** What and where and why, without a full stop. */
  readonly sentence: string;
  readonly fix: string;
  readonly exitCode?: number;
  readonly image?: string;
  /** So far it is what every start looks like. */
  readonly isEarly?: boolean;
}

/** Something seen at one moment, and how long it may be seen. */
export interface Signal {
  /** What is one thing over time and across pods. */
  readonly key: string;
  readonly finding: Omit<Finding, 'severity'>;
  readonly patience: Patience;
  readonly attempts?: number;
  /** For so long it is what every start looks like. */
  readonly earlyMs?: number;
}

type About = Omit<Finding, 'severity' | 'code'> & { readonly code?: FailureCode };

/** A signal of a class, with its code unless the finding has a more telling one. */
export function signalOf(name: SignalName, key: string, about: About, attempts?: number): Signal {
  const { code, patience } = signalClasses[name];
  return {
    key,
    finding: { code, ...about },
    patience,
    ...(attempts === undefined ? {} : { attempts }),
  };
}
