import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { readTar } from '@slipway/flow/tar';
import { formatGolden, goldenFolder, renderGolden, type Renderer } from './golden.js';

/** What a renderer makes is known byte for byte, whoever makes it and wherever. */
export function describeGolden(renderer: Renderer): void {
  const golden = join(goldenFolder, renderer);
  const digest = readFileSync(join(golden, 'digest'), 'utf8').trim();
  const sources = join(goldenFolder, 'sources');
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-golden-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe(`the golden bundle of ${renderer}`, () => {
    test.each(['bundle.json', 'config.json', 'manifests.yaml', 'sources.tar', 'digest'])(
      'is rendered byte for byte: %s',
      async (name) => {
        const bytes = formatGolden(await renderGolden(renderer)).get(name) ?? new Uint8Array();

        expect(Buffer.from(bytes).toString('latin1')).toBe(
          readFileSync(join(golden, name), 'latin1'),
        );
      },
    );

    test('holds no value of its Secret', () => {
      const files = readdirSync(golden).map((name) => readFileSync(join(golden, name), 'latin1'));

      expect(files.join('\n')).not.toMatch(/correct horse battery staple|Y29ycmVjdCBob3Jz/);
    });

    test('is the same in another folder, whose files were made in another order, at another time', async () => {
      for (const file of listFiles(sources).toReversed()) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        cpSync(join(sources, file), join(folder, file));
        utimesSync(join(folder, file), new Date(0), new Date(0));
      }

      expect((await renderGolden(renderer, folder)).digest).toBe(digest);
    });

    test('is the same for a user with another umask, language and time zone', async () => {
      const { LC_ALL, TZ } = process.env;
      const umask = process.umask(0o077);
      Object.assign(process.env, { LC_ALL: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' });
      try {
        cpSync(sources, folder, { recursive: true });

        expect((await renderGolden(renderer, folder)).digest).toBe(digest);
      } finally {
        process.umask(umask);
        restore({ LC_ALL, TZ });
      }
    });

    test('is the same from a checkout with other line ends', async () => {
      cpSync(sources, folder, { recursive: true });
      for (const file of listFiles(folder).filter((name) => name.endsWith('.yaml'))) {
        const text = readFileSync(join(folder, file), 'utf8');
        writeFileSync(join(folder, file), text.replaceAll('\n', '\r\n'));
      }

      expect((await renderGolden(renderer, folder)).digest).toBe(digest);
    });

    test('can be rendered again from its own sources and nothing else', async () => {
      const tar = readFileSync(join(golden, 'sources.tar'));
      for (const { path, bytes } of await readTar(Readable.from([tar]), 1_000_000)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }

      expect((await renderGolden(renderer, folder)).digest).toBe(digest);
    });
  });
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function restore(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}
