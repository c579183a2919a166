import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { findGo } from '../build/index.js';
import { searchPath } from './busybox.js';
import type { BaseImageRecipe } from './recipe.js';

/** What is fetched from the Go modules where the machine has another Go. */
const fallbackToolchain = 'go1.26.8';

const compiled = 'var/cache/go-build';

/** Go leaves alone what it compiled at most five days ago; an image is used for longer. */
const farFuture = Date.UTC(2100) / 1000;

const environment = { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'local' };

/**
 * Go 1.26 without what only its own developers need, and the standard library compiled, so that a service
 * without dependencies is built, vetted and tested in seconds. There is no C compiler and no git in it.
 */
export async function golangRecipe(): Promise<BaseImageRecipe> {
  const { root: installed, version } = await findToolchain();
  return {
    reference: 'golang:1.26-alpine',
    seconds: 60,
    decisive: [version, program, test],
    fill: async (root, signal) => {
      const go = join(root, 'usr/local/go');
      copyToolchain(installed, go);
      for (const folder of ['go/bin', 'go/src']) mkdirSync(join(root, folder), { recursive: true });
      await compileLibrary(root, go, signal);
    },
    apart: [{ path: compiled, time: farFuture }],
    config: {
      command: ['sh'],
      workingFolder: '/go',
      env: {
        PATH: `/go/bin:/usr/local/go/bin:${searchPath}`,
        GOPATH: '/go',
        GOCACHE: `/${compiled}`,
        GOTOOLCHAIN: 'local',
        GOLANG_VERSION: version.replace('go', ''),
        CGO_ENABLED: '0',
      },
    },
  };
}

async function findToolchain(): Promise<{ readonly root: string; readonly version: string }> {
  const go = findGo();
  const ask = async (toolchain: string): Promise<readonly string[]> => {
    const env = { ...environment, GOTOOLCHAIN: toolchain };
    const { stdout } = await runCommand([go, 'env', 'GOROOT', 'GOVERSION'], { env, cwd: '/' });
    return stdout.trim().split('\n');
  };
  const local = await ask('local');
  const isWanted = /^go1\.26(?:\.|$)/.test(local[1] ?? '');
  const [root = '', version = ''] = isWanted ? local : await ask(fallbackToolchain);
  return { root, version };
}

/** Tests, the sources of the tools and what other tools are made of stay behind. */
function copyToolchain(from: string, to: string): void {
  const unwanted = /\/(?:src\/cmd|testdata|pkg\/tool\/[^/]+\/fix)$|_test\.go$/;
  mkdirSync(join(to, 'lib'), { recursive: true });
  for (const part of ['VERSION', 'LICENSE', 'go.env', 'bin', 'pkg', 'src', 'lib/time'])
    cpSync(join(from, part), join(to, part), {
      recursive: true,
      filter: (path) => !unwanted.test(path),
    });
}

/** Does once what every build of a service would do first. */
async function compileLibrary(
  root: string,
  go: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [cache, place] = [join(root, compiled), join(root, 'warm')];
  for (const folder of [cache, place]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(place, 'go.mod'), 'module warm\n\ngo 1.26\n');
  writeFileSync(join(place, 'main.go'), program);
  writeFileSync(join(place, 'main_test.go'), test);
  const env = { ...environment, GOROOT: go, GOCACHE: cache, GOPATH: join(place, 'go') };
  for (const argv of [
    ['build', '-o', '/dev/null', '.'],
    ['build', '-trimpath', '-o', '/dev/null', '.'],
    ['vet', '.'],
    ['test', '.'],
  ]) {
    await runCommand([join(go, 'bin/go'), ...argv], {
      cwd: place,
      env,
      ...(signal === undefined ? {} : { signal }),
    });
  }
  rmSync(place, { recursive: true });
  await runCommand(['chmod', '-R', 'a+rwX', cache, join(root, 'go')]); // a build need not be root's
}

/** What services import. */
const program = `package main

import (
	_ "bufio"
	_ "context"
	_ "crypto/sha256"
	_ "database/sql"
	_ "embed"
	_ "encoding/json"
	_ "encoding/xml"
	_ "expvar"
	_ "flag"
	_ "html/template"
	_ "log/slog"
	_ "maps"
	_ "math/rand/v2"
	_ "net/http/httputil"
	_ "net/http/pprof"
	_ "os/exec"
	_ "os/signal"
	_ "slices"
	_ "sync/atomic"
	_ "text/template"
)

func main() {}
`;

const test = `package main

import (
	"net/http/httptest"
	"testing"
	_ "testing/fstest"
	_ "testing/iotest"
	_ "testing/quick"
	_ "testing/slogtest"
	_ "testing/synctest"
)

func TestNothing(t *testing.T) { _ = httptest.NewRecorder() }
`;
