/** A member of an archive for a test; what is not given is as programs write it. */
export interface TestMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** `0`, a file. */
  readonly type?: string;
  readonly linkName?: string;
  /** The twelve bytes of the size instead of those that the content has. */
  readonly sizeField?: string | Uint8Array;
  readonly checksum?: number;
  readonly magic?: string;
  readonly prefix?: string;
}

const blockBytes = 512;
/** With it a tar ends: two blocks of zeros. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/** An archive in the format ustar. */
export function formatTar(members: readonly TestMember[]): Buffer {
  return Buffer.concat([...members.map(formatMember), tarEnd]);
}

/** A header, and the content filled up to whole blocks. */
export function formatMember(member: TestMember): Buffer {
  const content = Buffer.from(member.content ?? '');
  const padding = Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes);
  return Buffer.concat([formatHeader(member, content.length), content, padding]);
}

/** An extended header for the member that follows. */
export function paxMember(...records: readonly (readonly [string, string])[]): TestMember {
  const content = records.map(([keyword, value]) => formatPaxRecord(keyword, value)).join('');
  return { name: 'pax', type: 'x', content };
}

/** @example symbolicLink('a/b', '../c') // a/b → ../c */
export function symbolicLink(name: string, linkName: string): TestMember {
  return { name, type: '2', linkName };
}

/** One record of an extended header: its length counts itself. */
function formatPaxRecord(keyword: string, value: string): string {
  const rest = Buffer.byteLength(` ${keyword}=${value}\n`);
  const digits = String(rest + String(rest).length).length;
  return `${rest + digits} ${keyword}=${value}\n`;
}

function formatHeader(member: TestMember, size: number): Buffer {
  const { name, type = '0', linkName = '', magic = 'ustar\0' + '00', prefix = '' } = member;
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  Buffer.from(member.sizeField ?? `${size.toString(8).padStart(11, '0')}\0`).copy(block, 124);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(linkName, 157, 100);
  block.write(magic, 257);
  block.write(prefix, 345, 155);
  const sum = member.checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
