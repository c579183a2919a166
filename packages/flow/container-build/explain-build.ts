import { SlipwayError } from '@slipway/core/errors';
import type { FailedBuild } from '@slipway/io/engine';
import type { StageFailure } from './judge-tests.js';

/** @param what `the image`, `the stage test` */
export function explainBuild(what: string, { reason, lines }: FailedBuild): StageFailure {
  const error = new SlipwayError('build-failed', `${what} cannot be built: ${reason}`, {
    fix: 'See the last lines of the step that failed, in the summary and in the log.',
  });
  return { error, lines };
}
