import { describe, expect, test } from '@jest/globals';
import { formatRegistryMessages, parseRegistryMessages, redactUrl } from './registry-error.js';

describe('redactUrl', () => {
  test.each([
    ['https://r.example.com/v2/a', 'https://r.example.com/v2/a'],
    [
      'https://user:pw@store.example.com:8443/blob?X-Amz-Signature=1#x',
      'https://store.example.com:8443/blob?…',
    ],
    [`https://r.example.com/${'x'.repeat(600)}?a`, `https://r.example.com/${'x'.repeat(499)}…?…`],
  ])('%s', (url, expected) => {
    expect(redactUrl(new URL(url))).toBe(expected);
  });
});

describe('what a registry says', () => {
  test.each([
    [
      'in the form of the specification',
      '{"errors":[{"code":"DENIED","message":"no"}]}',
      'DENIED (no)',
    ],
    ['twice', '{"errors":[{"code":"A"},{"message":"b"}]}', 'A, UNKNOWN (b)'],
    [
      'on several lines',
      '{"errors":[{"code":"A\\n::error::","message":"\\u001b[0m"}]}',
      'A ::error:: ( [0m)',
    ],
    ['at length', `{"errors":[{"code":"${'a'.repeat(400)}"}]}`, 'a'.repeat(300)],
    ['as a page', '<html>', ''],
    ['as something else', '{"errors":{"code":"A"}}', ''],
    ['with holes', '{"errors":[null,1,[]]}', 'UNKNOWN, UNKNOWN, UNKNOWN'],
  ])('%s', (_name, body, expected) => {
    expect(formatRegistryMessages(parseRegistryMessages(body))).toBe(expected);
  });
});
