import { describe, expect, test } from '@jest/globals';
import { parseReportGlob } from './index.js';

describe('parseReportGlob', () => {
  test.each([
    ['reports/*.xml', 'reports', ['reports/a.xml'], ['reports/a/b.xml', 'a.xml', 'reports/axml']],
    ['./junit.xml', '', ['junit.xml'], ['a/junit.xml']],
    ['**/TEST-*.xml', '', ['TEST-a.xml', 'a/b/TEST-c.xml'], ['a/test-a.xml', 'TEST-a.xml.bak']],
    ['build/**', 'build', ['build/a', 'build/a/b'], ['build', 'other/a']],
    ['a/*/r?.xml', 'a', ['a/b/r1.xml'], ['a/b/r12.xml', 'a/r1.xml']],
    ['a.b/(x)+/*.xml', 'a.b/(x)+', ['a.b/(x)+/1.xml'], ['aXb/(x)+/1.xml']],
  ])('%s', (text, base, matching, other) => {
    const glob = parseReportGlob(text);

    expect(glob.base).toBe(base);
    expect(matching.filter((path) => !glob.matches(path))).toEqual([]);
    expect(other.filter((path) => glob.matches(path))).toEqual([]);
  });

  test.each(['/etc/*.xml', '../a.xml', 'a/../../b.xml', 'a//b.xml', 'a/', '[ab].xml', '{a,b}.xml'])(
    'refuses %s',
    (text) => {
      expect.assertions(1);
      try {
        parseReportGlob(text);
      } catch (error) {
        expect(error).toMatchObject({
          code: 'invalid-input',
          problems: [
            {
              subject: 'junit',
              given: text,
              expected: 'a relative pattern such as reports/*.xml, with *, ** and ?',
            },
          ],
        });
      }
    },
  );
});
