import { describe, expect, test } from '@jest/globals';
import { findCurrentBuilder } from './open-engine.js';
import { createOutputTail, explainBuildFailure } from './output-tail.js';

describe('explainBuildFailure', () => {
  test('the failing step of BuildKit, without what was before and after', () => {
    const output = [
      '#7 [test 2/2] RUN echo compiling; exit 3',
      '#7 0.102 compiling',
      '#7 ERROR: process "/bin/sh -c echo compiling; exit 3" did not complete successfully: exit code: 3',
      '------',
      ' > [test 2/2] RUN echo compiling; exit 3:',
      '0.102 compiling',
      '------',
      'Dockerfile:3',
      '--------------------',
      '   3 | >>> RUN echo compiling; exit 3',
      '--------------------',
      'ERROR: failed to build: failed to solve: process "/bin/sh -c echo compiling; exit 3" did not complete successfully: exit code: 3',
    ];

    expect(explainBuildFailure(output)).toEqual({
      reason:
        'process "/bin/sh -c echo compiling; exit 3" did not complete successfully: exit code: 3',
      lines: [' > [test 2/2] RUN echo compiling; exit 3:', '0.102 compiling'],
    });
  });

  test('of a step that wrote much, its name and its last 20 lines', () => {
    const written = Array.from({ length: 50 }, (_each, index) => `line ${index}`);
    const { lines } = explainBuildFailure(['------', ' > [2/2] RUN make:', ...written, '------']);

    expect(lines).toEqual([' > [2/2] RUN make:', ...written.slice(-20)]);
  });

  test.each([
    ['nothing', [], 'it ended without a word', []],
    [
      'no step failed',
      [
        '#1 load build definition',
        'ERROR: failed to solve: target stage "tset" could not be found',
        '',
      ],
      'target stage "tset" could not be found',
      [
        '#1 load build definition',
        'ERROR: failed to solve: target stage "tset" could not be found',
      ],
    ],
    [
      'other words',
      ['no space left on device', ''],
      'no space left on device',
      ['no space left on device'],
    ],
  ])('%s', (_name, output, reason, lines) => {
    expect(explainBuildFailure(output)).toEqual({ reason, lines });
  });
});

test('a tail keeps the last lines', () => {
  const tail = createOutputTail(2);
  for (const line of ['a', 'b', 'c']) tail.push(line);

  expect(tail.read()).toEqual(['b', 'c']);
});

describe('findCurrentBuilder', () => {
  test.each([
    ['none', '', undefined],
    ['an older buildx, which answers in no JSON', 'NAME/NODE DRIVER/ENDPOINT', undefined],
    [
      'the one in use',
      '{"name":"a","driver":"docker","isCurrent":false}\n{"name":"b","driver":"docker-container","isCurrent":true}\n',
      { name: 'b', driver: 'docker-container' },
    ],
  ])('%s', (_name, lines, builder) => {
    expect(findCurrentBuilder(lines)).toEqual(builder);
  });
});
