import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const { INPUT_NAME, INPUT_PATH, SLIPWAY_ARTIFACTS } = process.env;
const folder = join(SLIPWAY_ARTIFACTS, INPUT_NAME);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(INPUT_PATH, join(folder, basename(INPUT_PATH)));
