import type { BuildFailure } from './row.js';
import { buildRows } from './rows-build.js';
import { serviceRows } from './rows-services.js';
import { testRows } from './rows-tests.js';

/** What can go wrong with a build, and how it is told; each on the engines that can have it. */
export const buildFailures: readonly BuildFailure[] = [...buildRows, ...testRows, ...serviceRows];
