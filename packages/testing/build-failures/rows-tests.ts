import { deaf, gone, report, stage, tested, type BuildFailure } from './row.js';

const failing = report('<testcase name="a"><failure message="no"/></testcase>');

/** What goes wrong with the tests of a stage. */
export const testRows: readonly BuildFailure[] = [
  {
    name: 'a failing test',
    files: stage(`${failing}; exit 1`),
    inputs: tested,
    code: 'tests-failed',
    message: /^1 of 1 test failed in the stage test\./,
  },
  {
    name: 'a failing test that its exit code hides',
    files: stage(failing),
    inputs: tested,
    code: 'tests-failed',
    message: /^1 of 1 test failed in the stage test, although it ended with exit code 0\./,
  },
  {
    name: 'a test that hangs',
    files: stage(deaf),
    inputs: { ...tested, timeout: '12s' },
    code: 'deadline-exceeded',
    message: /took longer than 12 s while testing in the stage test; “it began” is/,
  },
  {
    name: 'a cancellation of a test',
    files: stage(deaf),
    inputs: tested,
    at: 'it began',
    by: 'cancelled',
    code: 'interrupted',
    message: /^interrupted by SIGINT while testing in the stage test; “it began” is/,
  },
  {
    name: 'a daemon that goes while it tests',
    files: stage(deaf),
    inputs: tested,
    at: 'it began',
    ...gone,
    engines: ['docker', 'classic'],
  },
  {
    name: 'a test that writes no report',
    files: stage('echo all is well'),
    inputs: tested,
    code: 'test-report-invalid',
    message: /^the stage test left no test report: nothing that it wrote in \/app matches /,
  },
  {
    name: 'a report that was in the image before',
    files: {
      ...stage('echo all is well'),
      'reports/a.xml': '<testsuite><testcase name="a"/></testsuite>',
    },
    inputs: tested,
    code: 'test-report-invalid',
    message: /^the stage test left no test report: /,
  },
  {
    name: 'a report without a test',
    files: stage(report('')),
    inputs: tested,
    code: 'test-report-invalid',
    message: /^no test ran: reports\/a\.xml has no test case\./,
  },
  {
    name: 'a page for a report',
    files: stage('mkdir reports; echo "<!DOCTYPE html><p>42 passed" > reports/a.xml'),
    inputs: tested,
    code: 'test-report-invalid',
    message: /^reports\/a\.xml: given “an HTML page”/,
  },
];
