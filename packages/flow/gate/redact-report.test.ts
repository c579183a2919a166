import { expect, test } from '@jest/globals';
import { redactReport } from './redact-report.js';

test.each([
  [
    'nothing',
    '<testsuite name="a"><testcase name="a &amp; b" time="0.5"/></testsuite>',
    '<testsuite name="a"><testcase name="a &amp; b" time="0.5"/></testsuite>',
  ],
  [
    'a message',
    '<failure message="no login with password=hunter2"/>',
    '<failure message="no login with password=&lt;redacted&gt;"/>',
  ],
  [
    'a message in single quotes, which the hidden word might end',
    `<failure message='{"token": "hunter2"}'/>`,
    '<failure message="{&quot;token&quot;: &lt;redacted&gt;}"/>',
  ],
  [
    'a text with entities',
    '<system-out>{&quot;api_key&quot;:&#34;hunter2&quot;} &lt;</system-out>',
    '<system-out>{&quot;api_key&quot;:&lt;redacted&gt;} &lt;</system-out>',
  ],
  [
    'a CDATA section, which knows no entities',
    '<system-err><![CDATA[postgres://app:hunter2@db/shop <]]></system-err>',
    '<system-err><![CDATA[postgres://<redacted>@db/shop <]]></system-err>',
  ],
  [
    'a property',
    '<property name="DB_PASSWORD" value="hunter2"/><property name="user" value="ada"/>',
    '<property name="DB_PASSWORD" value="&lt;redacted&gt;"/><property name="user" value="ada"/>',
  ],
  ['an attribute', '<testcase token="hunter2"/>', '<testcase token="&lt;redacted&gt;"/>'],
  [
    'what ends with its section',
    '<![CDATA[token=hunter2]]>&quot;token&quot;=hunter2<!--token=hunter2-->',
    '<![CDATA[token=<redacted>]]>&quot;token&quot;=&lt;redacted&gt;<!--token=<redacted>-->',
  ],
  [
    'beside what is no sign at all',
    '<a b="&#x7fffffff; token=a"/>',
    '<a b="&amp;#x7fffffff; token=&lt;redacted&gt;"/>',
  ],
  ['a comment', '<!-- secret: hunter2 -->', '<!-- secret: <redacted> -->'],
])('%s', (_name, xml, expected) => {
  expect(redactReport(xml)).toBe(expected);
});
