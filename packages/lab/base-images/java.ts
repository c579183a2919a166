import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSuitePackages, type SuitePackages } from '../packages/index.js';
import { searchPath } from './busybox.js';
import type { BaseImageRecipe, RecipeContext } from './recipe.js';

const packages: SuitePackages = {
  name: 'java',
  title: 'Java 17',
  suite: 'bookworm',
  seconds: 15,
  packages: [
    ...['openjdk-17-jdk-headless', 'openjdk-17-jre-headless'],
    ...['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g'],
    ...['junit5', 'libapiguardian-java', 'libopentest4j-java', 'libopentest4j-reporting-java'],
    ...['libpicocli-java', 'libunivocity-parsers-java'],
  ],
};

const home = 'usr/lib/jvm/java-17-openjdk-amd64';

/** Java 17 from Debian's packages, with JUnit 5 and its launcher in `/usr/share/java`. There is no Maven and no Gradle in it. */
export async function javaRecipe({ log, signal }: RecipeContext): Promise<BaseImageRecipe> {
  const unpacked = await ensureSuitePackages(packages, log, signal);
  return {
    reference: 'eclipse-temurin:17-jdk',
    seconds: 20,
    decisive: [unpacked],
    fill: (root) => {
      cpSync(unpacked, root, { recursive: true, verbatimSymlinks: true });
      for (const unused of ['jmods', 'man', 'docs', 'lib/server/classes_nocoops.jsa'])
        rmSync(join(root, home, unused), { recursive: true, force: true });
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      for (const name of ['java', 'javac', 'jar'])
        symlinkSync(`/${home}/bin/${name}`, join(root, 'usr/local/bin', name));
      return Promise.resolve();
    },
    apart: [],
    config: {
      command: ['jshell'],
      env: { PATH: searchPath, JAVA_HOME: `/${home}`, LANG: 'C.UTF-8' },
    },
  };
}
