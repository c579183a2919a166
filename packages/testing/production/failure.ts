import { SlipwayError } from '@slipway/core/errors';

/** The refusal that some work ends with; anything else is thrown. */
export async function failureOf(work: Promise<unknown>): Promise<SlipwayError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
