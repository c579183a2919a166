// Starts one of the project's programs on a checkout where nothing has been prepared:
//   node packages/lab/setup/start.mjs lab|demo|test|reliability|bench [argument…]
// It installs the npm packages where they are missing or older than the lockfile, and then runs the program
// with the project's own Node. It needs nothing but Node 20 or newer.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const isInstalled = () => readText(installedFor) === wanted;
  while (!isInstalled() && !takeInstallLock()) await new Promise((done) => setTimeout(done, 200));
  if (isInstalled()) return 0;
  const why = existsSync(join(root, 'node_modules')) ? 'changed' : 'not installed yet';
  say(`npm packages (${why}): npm ci, about 40 s`);
  const start = Date.now();
  try {
    const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code === 0) {
      writeFileSync(installedFor, wanted);
      say(`npm packages installed in ${Math.round((Date.now() - start) / 1000)} s`);
    }
    return code;
  } finally {
    rmSync(installLock, { force: true });
  }
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
 * Runs a program in the project's folder to its end and passes on what asks us to stop. From a terminal
 * Ctrl-C reaches the program twice, directly and through us.
 */
function run(command, args) {
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const env = { ...process.env, PATH: path };
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    const finish = (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      done(code);
    };
    child.once('error', (error) => {
      say(`${command} cannot be started: ${error.message}`);
      finish(1);
    });
    child.once('exit', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
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
