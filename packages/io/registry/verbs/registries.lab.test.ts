import { describe } from '@jest/globals';
import { realRegistries } from '@slipway/testing/registry-profiles';
import { describeRegistry } from '@slipway/testing/registry-suite';

describe.each(realRegistries)('$name', describeRegistry);
