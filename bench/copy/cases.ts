import type { ProxyMode } from '../instruments/index.js';

export type CaseKey = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'memory';

/** What is copied: see `content.ts`. */
export type ContentName = 'image' | 'index' | 'signed' | 'large';

export interface CopyCase {
  readonly key: CaseKey;
  readonly title: string;
  readonly content: ContentName;
  /** `distribution` 2.8 keeps its blobs in files and has no referrers API; `referrers` has one. */
  readonly registry: 'distribution' | 'referrers';
  /** Where to: the repository that it comes from, another of the same registry, or another registry. */
  readonly to: 'repository' | 'registry' | 'other-registry';
  readonly isPresent: boolean;
  readonly mode: ProxyMode;
}

const plain = {
  content: 'image',
  registry: 'distribution',
  isPresent: false,
  mode: '',
} as const;

export const latenciesMs: readonly number[] = [0, 20, 80];

export const copyCases: readonly CopyCase[] = [
  { ...plain, key: 'a', title: 'a tag in the same repository', to: 'repository' },
  { ...plain, key: 'b', title: 'another repository of the registry', to: 'registry' },
  { ...plain, key: 'c', title: 'another registry, cold', to: 'other-registry' },
  {
    ...plain,
    key: 'd',
    title: 'another registry, everything present',
    to: 'other-registry',
    isPresent: true,
  },
  {
    ...plain,
    key: 'e',
    title: 'an index of three platforms with shared layers, cold',
    content: 'index',
    to: 'other-registry',
  },
  {
    ...plain,
    key: 'f',
    title: 'cold, every tenth request answered 429',
    to: 'other-registry',
    mode: 'throttle',
  },
  {
    ...plain,
    key: 'g',
    title: 'another repository of the registry, mounts do not happen',
    to: 'registry',
    mode: 'phantom-mount',
  },
  {
    ...plain,
    key: 'h',
    title: 'an image with signature, SBOM and provenance, cold',
    content: 'signed',
    registry: 'referrers',
    to: 'other-registry',
  },
  { ...plain, key: 'memory', title: '2 GiB, cold', content: 'large', to: 'other-registry' },
];
