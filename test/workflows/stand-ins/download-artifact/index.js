import { cpSync } from 'node:fs';
import { join } from 'node:path';

const { INPUT_NAME, INPUT_PATH, SLIPWAY_ARTIFACTS } = process.env;
cpSync(join(SLIPWAY_ARTIFACTS, INPUT_NAME), INPUT_PATH, { recursive: true });
