import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSuitePackages, type SuitePackages } from '../packages/index.js';
import { searchPath } from './busybox.js';
import type { BaseImageRecipe, RecipeContext } from './recipe.js';

const packages: SuitePackages = {
  name: 'rust',
  title: 'Rust 1.63',
  suite: 'bookworm',
  seconds: 20,
  packages: [
    ...['cargo', 'rustc', 'libstd-rust-1.63', 'libstd-rust-dev'],
    // what links
    ...['gcc', 'gcc-12', 'libgcc-12-dev', 'libc6-dev', 'binutils', 'binutils-common'],
    ...['binutils-x86-64-linux-gnu', 'libbinutils', 'libctf0', 'libctf-nobfd0', 'libjansson4'],
    ...['libzstd1', 'libgprofng0'],
    // what rustc and cargo are linked with
    ...['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g', 'libllvm14', 'libedit2', 'libffi8'],
    ...['libtinfo6', 'libxml2', 'libicu72', 'liblzma5', 'libz3-4', 'libbsd0', 'libmd0'],
    ...['libcurl3-gnutls', 'libgit2-1.5', 'libssl3', 'libssh2-1', 'libhttp-parser2.9'],
    ...['libmbedcrypto7', 'libmbedtls14', 'libmbedx509-1', 'libpcre2-8-0', 'libnghttp2-14'],
    ...['libidn2-0', 'librtmp1', 'libpsl5', 'libbrotli1', 'libldap-2.5-0', 'libsasl2-2'],
    ...['libgnutls30', 'libnettle8', 'libhogweed6', 'libgmp10', 'libp11-kit0', 'libtasn1-6'],
    ...['libunistring2', 'libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3', 'libkrb5support0'],
    ...['libcom-err2', 'libkeyutils1'],
  ],
};

const unused = [
  'usr/bin/rustdoc',
  'usr/bin/x86_64-linux-gnu-lto-dump-12',
  'usr/lib/gcc/x86_64-linux-gnu/12/lto1',
  'usr/lib/x86_64-linux-gnu/libc.a',
];

/** Rust 1.63 and cargo from Debian's packages, and what links programs. There is no C compiler in it. */
export async function rustRecipe({ log, signal }: RecipeContext): Promise<BaseImageRecipe> {
  const unpacked = await ensureSuitePackages(packages, log, signal);
  return {
    reference: 'rust:1.63-slim',
    seconds: 40,
    decisive: [unpacked],
    fill: (root) => {
      cpSync(unpacked, root, { recursive: true, verbatimSymlinks: true });
      for (const path of unused) rmSync(join(root, path), { force: true });
      symlinkSync('gcc', join(root, 'usr/bin/cc'));
      return Promise.resolve();
    },
    apart: [],
    config: { command: ['sh'], env: { PATH: searchPath, RUST_VERSION: '1.63.0' } },
  };
}
