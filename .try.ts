import { openLab } from '/work/wt-failures/packages/lab/parts/index.js';
import { buildFailures, tryBuildFailure } from '/work/wt-failures/packages/testing/build-failures/index.js';
import { openEngineAccess, runnerEngines } from '/work/wt-failures/packages/testing/step/index.js';
const [eng, pat] = process.argv.slice(2);
const lab = await openLab({ log: console.log });
for (const engine of runnerEngines) {
  if (eng !== 'all' && !eng.split(',').includes(engine)) continue;
  const access = await openEngineAccess(lab, engine);
  for (const f of buildFailures) {
    if (f.engines?.includes(engine) === false || !new RegExp(pat).test(f.name)) continue;
    const t = Date.now();
    const p = await tryBuildFailure(f, engine, access).catch((e) => [String(e.stack)]);
    console.log(`  ${f.name}, ${engine}: ${((Date.now() - t) / 1000).toFixed(1)} s ${p.join('; ') || f.code}`);
  }
  await access.close();
}
await lab.close();
