import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import type { ShapePlace } from './shape.js';

/** A certificate for servers of these names, and the authority that signed it, made with openssl. */
export async function makeCertificate(
  folder: string,
  names: readonly string[],
): Promise<ShapePlace['certificate']> {
  mkdirSync(folder, { recursive: true });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const sign = ['openssl', 'req', '-x509', '-days', '2', ...key] as const;
  await runCommand([...sign, '-subj', '/CN=shapes', '-keyout', 'ca.key', '-out', 'ca.crt'], {
    cwd: folder,
  });
  const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
  await runCommand(
    [
      ...sign,
      ...['-CA', 'ca.crt', '-CAkey', 'ca.key', '-subj', '/CN=webhook'],
      ...['-keyout', 'tls.key', '-out', 'tls.crt', '-addext', alternatives],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ],
    { cwd: folder },
  );
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return { authority: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key') };
}
