import { describe, expect, test } from '@jest/globals';
import { listPrograms, userLine } from './busybox.js';
import { parseLibraries } from './node.js';
import { listTarCommands } from './pack-layer.js';

test('busybox is linked under every name but its own', () => {
  const list = 'usr/bin/[\nbin/busybox\nsbin/ip\nlinuxrc\n';

  expect(listPrograms(list)).toEqual(['usr/bin/[', 'sbin/ip']);
});

test('a user has a line of /etc/passwd', () => {
  expect(userLine('node', 1000, '/home/node')).toBe('node:x:1000:1000:node:/home/node:/bin/sh\n');
});

test('the libraries of a program are the files that ldd found', () => {
  const printed = `\tlinux-vdso.so.1 (0x00007ffd)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f8a)
\tlibgone.so.1 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f8b)
`;

  expect(parseLibraries(printed)).toEqual([
    '/lib/x86_64-linux-gnu/libm.so.6',
    '/lib64/ld-linux-x86-64.so.2',
  ]);
});

describe('the archive of a layer', () => {
  test('is root’s, at time zero', () => {
    const [create, ...more] = listTarCommands('/root-folder', '/layer.tar', []);

    expect(create?.join(' ')).toBe(
      'tar --create --file /layer.tar --directory /root-folder --sort=name --numeric-owner --mode=a+rX --owner=0 --group=0 --mtime=@0 .',
    );
    expect(more).toEqual([]);
  });

  test('has what is apart added to it, and not twice', () => {
    const [create, home, compiled] = listTarCommands('/r', '/layer.tar', [
      { path: 'home/node', owner: 1000 },
      { path: 'var/cache/go-build', time: 4_102_444_800 },
    ]);

    expect(create).toEqual(
      expect.arrayContaining(['--exclude=./home/node', '--exclude=./var/cache/go-build']),
    );
    expect(home?.slice(-4)).toEqual(['--owner=1000', '--group=1000', '--mtime=@0', './home/node']);
    expect(compiled?.slice(-4)).toEqual([
      '--owner=0',
      '--group=0',
      '--mtime=@4102444800',
      './var/cache/go-build',
    ]);
  });
});
