import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPartProcesses, startPartProcess } from '../process/index.js';

/**
 * Looks once a second whether one of the lab's owners still runs (the name of an owner's file is
 * `<pid>-<start ticks>`), and takes the lab down when none does: they may have been killed without a chance
 * to do it themselves. A shell, because it waits in a few hundred kilobytes.
 */
const watch = `
folder=$1 checkout=$2 node=$3 end=$4
while [ -d "$folder" ]; do
  living=
  for file in "$folder"/owners/*; do
    name=\${file##*/}
    [ "$name" = kept ] && exit 0
    read -r stat 2>/dev/null <"/proc/\${name%%-*}/stat" || continue
    set -- \${stat##*) }
    [ "$1" != Z ] && [ "\${20}" = "\${name#*-}" ] && living=yes
  done
  if [ -z "$living" ]; then
    cd "$checkout" && exec "$node" --import tsx "$end" "$folder"
  fi
  sleep 1
done
`;

/** Starts the process that ends the lab soon after its last owner, unless it runs already. */
export async function ensureWatchdog(folder: string): Promise<void> {
  const place = watchdogFolder(folder);
  if (readPartProcesses(place).some((each) => each.isRunning)) return;
  const checkout = fileURLToPath(new URL('../../..', import.meta.url));
  const end = fileURLToPath(new URL('end-abandoned.ts', import.meta.url));
  await startPartProcess(place, {
    name: 'watchdog',
    argv: ['/bin/sh', '-c', watch, 'sh', folder, checkout, process.execPath, end],
  });
}

export function watchdogFolder(folder: string): string {
  return join(folder, 'watchdog');
}
