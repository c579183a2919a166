/** A place in a source file, as a test tool wrote it: the path may be absolute, and of another machine. */
export interface TestLocation {
  readonly file: string;
  readonly line: number;
}

const pythonFrame = /^\s*File "(?<file>[^"\n]+)", line (?<line>\d+)/gm;
const colonFrame = /(?<file>(?:file:\/\/)?(?:[\w.@~+-]*\/)*[\w.@+-]+\.[a-z]{1,5}):(?<line>\d+)\b/gi;
/** Frames of a language's own and of libraries tell nothing about the test. */
const foreignPattern =
  /(?:^node:|\/node_modules\/|\/site-packages\/|\/dist-packages\/|\/lib\/python)/;

/**
 * The place that the text of a failure points to, most telling first: the innermost frame of a Python
 * traceback, else the first `file:line` that is not in a library.
 *
 * @param file what the report says where the test is, if it does
 * @example findTestLocation('at Object.<anonymous> (/app/test/total.test.js:12:5)') // { file: '/app/test/total.test.js', line: 12 }
 */
export function findTestLocation(text: string, file?: string): TestLocation | undefined {
  const frames = [...listFrames(text, pythonFrame).toReversed(), ...listFrames(text, colonFrame)];
  const own = frames.filter((frame) => !foreignPattern.test(frame.file));
  if (file === undefined) return own[0];
  return own.find((frame) => isSameFile(frame.file, file));
}

function listFrames(text: string, pattern: RegExp): readonly TestLocation[] {
  return [...text.matchAll(pattern)].flatMap(({ groups }) => {
    const line = Number(groups?.['line']);
    const file = groups?.['file']?.replace(/^file:\/\//, '');
    return file === undefined || line < 1 ? [] : [{ file, line }];
  });
}

/** One may be relative to a folder that we do not know. */
function isSameFile(one: string, other: string): boolean {
  const [short = '', long = ''] = [one, other]
    .map((path) => path.replace(/^(?:\.?\/)+/, ''))
    .toSorted((a, b) => a.length - b.length);
  return long === short || long.endsWith(`/${short}`);
}
