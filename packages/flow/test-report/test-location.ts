/** A place in a source file, as a test tool wrote it: the path may be absolute, and of another machine. */
export interface TestLocation {
  readonly file: string;
  readonly line: number;
}

const pythonFrame = /^[ \t]*File "(?<file>[^"\n]+)", line (?<line>\d+)/gm;
/** Of a virtual machine for Java: `at app//shop.OrdersTest.adds(OrdersTest.java:12)` */
const javaFrame =
  /^[ \t]*at (?:[\w.@-]+\/+)*(?<owner>(?:[\w$]+\.)+)[\w$<>-]+\((?<file>[\w-]+\.\w+):(?<line>\d+)\)/gm;
const dotNetFrame = / in (?<file>[^\n]+?\.\w+):line (?<line>\d+)/g;
/** It begins where a path does: whoever tries every letter of a long one never ends. */
const colonFrame =
  /(?<![\w.@~+/-])(?<file>(?:file:\/\/)?(?:[\w.@~+-]*\/)*[\w.@~+-]+\.[a-z]{1,5}):(?<line>\d+)\b/gi;
/** A frame is shorter; what is longer is data that a test compared, in which nobody looks for one. */
const longestLine = 1_000;
const longestSearched = 65_536;
/** Frames of a language's own and of libraries tell nothing about the test. */
const foreignPattern =
  /(?:^node:|\/node_modules\/|\/site-packages\/|\/dist-packages\/|\/lib\/python|\/rustc\/|\/\.cargo\/|\/vendor\/|\/gems\/|\/go\/pkg\/mod\/|^\/usr\/)/;
const foreignOwners =
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|scala|groovy|org\.(?:junit|hamcrest|assertj|mockito|opentest4j|testng|gradle|apache\.maven|codehaus\.groovy|spockframework)|junit|io\.kotest)\./;

/**
 * The place that the text of a failure points to, most telling first: a frame of the class of the test, the
 * innermost frame of a Python traceback, else the first `file:line` that is not in a library.
 *
 * @param file what the report says where the test is, if it does
 * @param group the class or package of the test, which says in which folder a bare name of a file is
 * @example findTestLocation('at Object.<anonymous> (/app/test/total.test.js:12:5)') // { file: '/app/test/total.test.js', line: 12 }
 * @example findTestLocation('at shop.OrdersTest.adds(OrdersTest.java:12)', undefined, 'shop.OrdersTest') // { file: 'shop/OrdersTest.java', line: 12 }
 */
export function findTestLocation(
  text: string,
  file?: string,
  group = '',
): TestLocation | undefined {
  const searched = keepSearched(text);
  const java = listJavaFrames(searched, group);
  const frames = [
    ...listFrames(searched, pythonFrame).toReversed(),
    ...java,
    ...listFrames(searched, dotNetFrame),
    // those of a virtual machine have been read, with their packages
    ...listFrames(java.length > 0 ? searched.replaceAll(javaFrame, '') : searched, colonFrame),
  ];
  const own = frames.filter((frame) => !foreignPattern.test(frame.file));
  const found = file === undefined ? own[0] : own.find((frame) => isSameFile(frame.file, file));
  return found === undefined ? undefined : { ...found, file: addPackage(found.file, group) };
}

/** What a frame can be in, so that no text takes long. */
function keepSearched(text: string): string {
  const lines = text.slice(0, longestSearched).split('\n');
  return lines.filter(({ length }) => length <= longestLine).join('\n');
}

/** Those of the test's own class first. */
function listJavaFrames(text: string, group: string): readonly TestLocation[] {
  const frames = [...text.matchAll(javaFrame)].flatMap(({ groups }) => {
    const { owner = '', file = '', line } = groups ?? {};
    if (foreignOwners.test(owner)) return [];
    const folder = owner.split('.').slice(0, -2).join('/');
    const isOwn = group !== '' && owner.startsWith(group);
    return [{ file: folder === '' ? file : `${folder}/${file}`, line: Number(line), isOwn }];
  });
  return [...frames.filter(({ isOwn }) => isOwn), ...frames.filter(({ isOwn }) => !isOwn)].map(
    ({ file, line }) => ({ file, line }),
  );
}

/** Go names a file without its folder, which is the end of the package's name. */
function addPackage(file: string, group: string): string {
  return file.endsWith('.go') && !file.includes('/') && /^[\w.~-]+(?:\/[\w.~-]+)+$/.test(group)
    ? `${group}/${file}`
    : file;
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
