import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { readTestReports } from './index.js';

const report = (encoding: string): string =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<testsuite><testcase name="größer"><failure message="nö"/></testcase></testsuite>`;

function readName(bytes?: Uint8Array): string {
  try {
    const file = { path: 'a.xml', ...(bytes === undefined ? {} : { bytes }) };
    return readTestReports([file]).failed[0]?.name ?? '';
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems[0]?.given ?? error.message;
    throw error;
  }
}

const mark = Buffer.from([0xff, 0xfe]);
const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('encodings of reports', () => {
  test.each<[string, Uint8Array, string]>([
    ['UTF-8', Buffer.from(report('UTF-8')), 'größer'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${report('utf-8')}`), 'größer'],
    ['ISO-8859-1', Buffer.from(report('ISO-8859-1'), 'latin1'), 'größer'],
    ['windows-1252', Buffer.from(report('windows-1252'), 'latin1'), 'größer'],
    [
      'UTF-16 with a mark',
      Buffer.concat([mark, Buffer.from(report('UTF-16'), 'utf16le')]),
      'größer',
    ],
    ['UTF-16 without one', Buffer.from(report('UTF-16'), 'utf16le'), 'größer'],
    ['UTF-16, big end first', bigEndian(`\uFEFF${report('UTF-16')}`), 'größer'],
    ['UTF-8 that says it is UTF-16, as .NET writes it', Buffer.from(report('utf-16')), 'größer'],
    ['bytes that are no UTF-8', Buffer.from(report('UTF-8'), 'latin1'), 'gr��er'],
    [
      'an encoding that nobody knows',
      Buffer.from(report('klingon')),
      'XML in an encoding that is not known, klingon',
    ],
    [
      'Shift_JIS that is none',
      Buffer.from(report('Shift_JIS'), 'latin1').fill(0x80, 60, 61),
      'a file that is not in the encoding that it claims, Shift_JIS',
    ],
    [
      'half a character of UTF-16',
      Buffer.concat([mark, Buffer.from(report('UTF-16'), 'utf16le'), Buffer.from('x')]),
      'a file that is not in the encoding that it claims, utf-16le',
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(readName(bytes)).toBe(expected);
  });
});

describe('ill-formed, as real tools write it', () => {
  test.each<[string, string, string]>([
    [
      'control characters',
      '<testsuite><testcase name="a\u0001\u001b[31mb\u001b[0m\u0000"><failure/></testcase></testsuite>',
      'ab',
    ],
    [
      'references to them',
      '<testsuite><testcase name="a&#1;b&#x1b;[0m"><failure/></testcase></testsuite>',
      'ab',
    ],
    [
      'a name of many lines',
      '<testsuite><testcase name="a&#10;  b"><failure/></testcase></testsuite>',
      'a b',
    ],
    [
      'two roots',
      '<testsuite><testcase name="a"/></testsuite>\n<testsuite><testcase name="b"><failure/></testcase></testsuite>',
      'b',
    ],
    [
      'two documents',
      '<?xml version="1.0"?><testsuite><testcase name="a"/></testsuite>\n<?xml version="1.0"?><testsuite><testcase name="b"><failure/></testcase></testsuite>',
      'b',
    ],
    [
      'an entity of HTML',
      '<testsuite><testcase name="a&nbsp;b"/></testsuite>',
      'ill-formed XML (line 1: invalid character entity)',
    ],
    [
      'a tag that breaks off',
      '<testsuite><testcase name="a"/><testcase name="b',
      'ill-formed XML (line 1: unclosed root tag)',
    ],
    [
      'CDATA that breaks off',
      '<testsuite><testcase name="a"/><testcase name="b"><failure><![CDATA[x</failure></testcase></testsuite>',
      'ill-formed XML (line 1: unclosed root tag)',
    ],
    [
      'a comment that breaks off',
      '<testsuite><testcase name="a"/></testsuite><!-- x',
      'ill-formed XML (line 1: unexpected end)',
    ],
    [
      'tags that cross',
      '<testsuite><testcase name="a"></testsuite></testcase>',
      'ill-formed XML (line 1: unexpected close tag)',
    ],
    [
      'zeros',
      '\u0000\u0000\u0000\u0000',
      'ill-formed XML (line 1: non-whitespace before first tag)',
    ],
  ])('%s', (_name, text, expected) => {
    expect(readName(Buffer.from(text))).toBe(expected);
  });

  test('more than all reports may have', () => {
    expect(readName()).toBe('more than the 64.0 MB that all reports may have together');
  });
});
