import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { computeKey, ensureCached } from '../cache/index.js';
import { chooseDebianSource, formatAptSource, parseAptSources } from './apt-sources.js';
import { ensurePackages } from './debian.js';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Packages of a suite of Debian, whichever the machine itself has. */
export interface SuitePackages {
  /** Of its folder in the cache: `engine`. */
  readonly name: string;
  /** How it is called in what people read. */
  readonly title: string;
  /** `trixie` */
  readonly suite: string;
  readonly packages: readonly string[];
  /** About how many seconds it takes. */
  readonly seconds: number;
}

/**
 * The folder in the cache with the contents of Debian packages, as they would lie below `/`. They come from
 * the mirror that the machine's own apt uses, checked against its keys, and the system is left as it is:
 * nothing is installed, no dependency is followed, no script of a package is run.
 *
 * @throws LabError when they cannot be downloaded
 */
export async function ensureSuitePackages(
  { name, title, suite, packages, seconds }: SuitePackages,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  await ensurePackages(['debian-archive-keyring'], log, signal);
  return ensureCached({
    name,
    key: computeKey([suite, ...packages]),
    title,
    done: 'downloaded',
    announcement: `downloading ${title} (Debian ${suite}): about ${seconds} s, once`,
    log,
    signal,
    make: (folder) => downloadPackages(folder, suite, packages, signal),
  });
}

async function downloadPackages(
  folder: string,
  suite: string,
  packages: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const place = join(folder, '.apt'); // goes before anybody sees the folder
  const stop = signal === undefined ? {} : { signal };
  try {
    for (const each of ['state/lists/partial', 'cache/archives/partial', 'packages'])
      mkdirSync(join(place, each), { recursive: true });
    const source = chooseDebianSource(readMachineSources());
    writeFileSync(join(place, 'debian.sources'), formatAptSource(source, suite, keyring));
    writeFileSync(join(place, 'status'), '');
    writeFileSync(join(place, 'apt.conf'), formatAptConfig(place));
    const apt = ['apt-get', '--quiet', `--config-file=${join(place, 'apt.conf')}`] as const;
    const cwd = join(place, 'packages');
    await runCommand([...apt, 'update'], { cwd, ...stop });
    await runCommand([...apt, 'download', ...packages], { cwd, ...stop });
    for (const file of readdirSync(cwd))
      await runCommand(['dpkg-deb', '--extract', join(cwd, file), folder], stop);
    for (const unused of ['doc', 'man', 'lintian', 'locale'])
      rmSync(join(folder, 'usr/share', unused), { recursive: true, force: true });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/**
 * An apt that has one source and keeps everything in one folder. How the machine reaches its mirror (a proxy,
 * certificates) stays as the machine has it; what it does after an update is its own affair.
 */
export function formatAptConfig(place: string): string {
  return `Dir::Etc::SourceList "${place}/debian.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "${place}/state";
Dir::State::Lists "${place}/state/lists";
Dir::State::Status "${place}/status";
Dir::Cache "${place}/cache";
Dir::Cache::Archives "${place}/cache/archives";
APT::Sandbox::User "root";
APT::Default-Release "";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
}

function readMachineSources(): ReturnType<typeof parseAptSources> {
  const parts = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(parts) ? readdirSync(parts).sort() : [])
      .filter((file) => /\.(?:list|sources)$/.test(file))
      .map((file) => join(parts, file)),
  ];
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => parseAptSources(file, readFileSync(file, 'utf8')));
}
