// Starts one of the project's programs on a checkout where nothing has been prepared:
//   node packages/lab/setup/start.mjs lab|demo|test|reliability|bench [argument…]
// It installs the npm packages where they are missing or older than the lockfile, and then runs the program
// with the project's own Node. It needs nothing but Node 20 or newer.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const programs = {
  lab: 'packages/lab/main.ts',
  demo: 'packages/lab/demo/main.ts',
  test: 'test/run/main.ts',
  reliability: 'test/reliability/main.ts',
  bench: 'bench/main.ts',
};

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const lockfile = join(root, 'package-lock.json');
const installedFor = join(root, 'node_modules/.slipway-lock');
const installLock = join(root, '.slipway-installing');

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit code. */
async function main([verb = '', ...args]) {
  const program = programs[verb];
  if (program === undefined) {
    say(`expected one of ${Object.keys(programs).join(', ')}, not ${verb || 'nothing'}`);
    return 1;
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    say(`Node 20 or newer is needed, and this is ${process.versions.node}`);
    return 1;
  }
  const code = await installPackages();
  if (code !== 0) return code;
  return run('node', ['--import', 'tsx', join(root, program), ...args]);
}

/** Two starts at once must not install into one folder: the second waits. Returns the exit code. */
async function installPackages() {
  const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  const isInstalled = () => readText(installedFor) === wanted;
  if (!isInstalled() && wasInstalledByHand()) writeFileSync(installedFor, wanted);
  while (!isInstalled() && !takeInstallLock()) await new Promise((done) => setTimeout(done, 200));
  if (isInstalled()) return 0;
  const why = existsSync(join(root, 'node_modules'))
    ? 'incomplete, or older than package-lock.json'
    : 'none yet';
  say(`installing the npm packages (${why}): about 40 s`);
  const start = Date.now();
  const elapsed = () => `${Math.round((Date.now() - start) / 1000)} s`;
  const heartbeat = setInterval(() => say(`npm packages: ${elapsed()} so far`), 10_000);
  try {
    const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'kill');
    if (code === 0) {
      writeFileSync(installedFor, wanted);
      say(`npm packages installed in ${elapsed()}`);
    }
    return code;
  } finally {
    clearInterval(heartbeat);
    rmSync(installLock, { force: true });
  }
}

/** npm writes its own record last of all, after what it installed. */
function wasInstalledByHand() {
  const record = join(root, 'node_modules/.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockfile).mtimeMs;
}

/** The lock of a process that is gone is nobody's. */
function takeInstallLock() {
  try {
    const file = openSync(installLock, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readText(installLock));
  if (holder > 0 && !existsSync(`/proc/${holder}`)) rmSync(installLock, { force: true });
  return false;
}

/**
 * Runs a program in the project's folder to its end. What asks us to stop is passed on to it; from a
 * terminal Ctrl-C reaches it twice, directly and through us. npm takes many seconds to stop, and nothing of
 * what it did half is needed: it is killed with its children.
 */
function run(command, args, onStop = 'forward') {
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const env = { ...process.env, PATH: path };
  const detached = onStop === 'kill';
  return new Promise((done) => {
    let stoppedBy;
    const child = spawn(command, args, { cwd: root, env, detached, stdio: 'inherit' });
    const stop = (signal) => {
      stoppedBy = signal;
      if (!detached) child.kill(signal);
      else if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    const finish = (code) => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      done(code);
    };
    child.once('error', (error) => {
      say(`${command} cannot be started: ${error.message}`);
      finish(1);
    });
    child.once('exit', (code, signal) =>
      finish(code ?? 128 + constants.signals[stoppedBy ?? signal]),
    );
  });
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function say(line) {
  process.stderr.write(`slipway: ${line}\n`);
}
