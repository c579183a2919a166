import { describe } from '@jest/globals';
import { simulatedRegistries } from '@slipway/testing/registry-profiles';
import { describeRegistry } from '@slipway/testing/registry-suite';

describe.each(simulatedRegistries)('$name', describeRegistry);
