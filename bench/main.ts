import { describeError } from '@slipway/core/errors';
import { runBuildBench } from './build/index.js';
import { runCopyBench } from './copy/index.js';
import { runDeployBench } from './deploy/index.js';
import { runLedgerBench } from './ledger/index.js';
import { runVersionBench } from './version/index.js';

const benches = {
  build: runBuildBench,
  copy: runCopyBench,
  deploy: runDeployBench,
  ledger: runLedgerBench,
  version: runVersionBench,
} satisfies Record<string, (argv: readonly string[]) => Promise<void>>;

/** `npm run bench -- <name> [option…]` */
async function main([name = '', ...argv]: readonly string[]): Promise<void> {
  const run = new Map(Object.entries(benches)).get(name);
  if (run === undefined) {
    throw new Error(
      `bench: given ${name || 'nothing'}, expected one of ${Object.keys(benches).join(', ')}`,
    );
  }
  await run(argv);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
