import { expect, test } from '@jest/globals';
import { cutReport } from './cut-report.js';

const one = '<testsuite name="a"><testcase name="b"/></testsuite>';

test.each([
  ['nothing', '', { state: 'none', log: '' }],
  ['no report', 'ok 1\nok 2\n', { state: 'none', log: 'ok 1\nok 2\n' }],
  ['other tags', '<testsuitesque/>', { state: 'none', log: '<testsuitesque/>' }],
  [
    'a suite, and words around it',
    `go\n${one}\ndone`,
    { state: 'whole', text: one, log: 'go\n\ndone' },
  ],
  [
    'suites, with a declaration',
    `go\n<?xml version="1.0"?>\n<testsuites>${one}${one}</testsuites>\n`,
    { state: 'whole', text: `<testsuites>${one}${one}</testsuites>`, log: 'go\n\n' },
  ],
  [
    'suites in suites',
    `<testsuite><testsuite/>${one}</testsuite>`,
    { state: 'whole', text: `<testsuite><testsuite/>${one}</testsuite>`, log: '' },
  ],
  [
    'the last of several',
    `${one}\n<testsuites/>`,
    { state: 'whole', text: '<testsuites/>', log: `${one}\n` },
  ],
  [
    'an empty one that says so',
    '<testsuites tests="0" />',
    { state: 'whole', text: '<testsuites tests="0" />', log: '' },
  ],
  [
    'a sign in an attribute',
    '<testsuite name="a > b"><testcase/></testsuite>',
    { state: 'whole', text: '<testsuite name="a > b"><testcase/></testsuite>', log: '' },
  ],
  [
    'output that looks like a report',
    '<testsuite><system-out><![CDATA[</testsuite><testsuite>]]></system-out></testsuite>',
    {
      state: 'whole',
      text: '<testsuite><system-out><![CDATA[</testsuite><testsuite>]]></system-out></testsuite>',
      log: '',
    },
  ],
  ['no end', '<testsuites><testsuite>', { state: 'broken', log: '<testsuites><testsuite>' }],
  [
    'no beginning',
    '<testcase/></testsuite></testsuites>',
    { state: 'broken', log: '<testcase/></testsuite></testsuites>' },
  ],
  ['no end of the outer one', `<testsuites>${one}`, { state: 'broken', log: `<testsuites>${one}` }],
])('%s', (_name, log, expected) => {
  expect(cutReport(log)).toEqual(expected);
});
