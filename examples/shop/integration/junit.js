/**
 * A report as JUnit XML.
 *
 * @param {string} suite its name
 * @param {readonly { name: string, seconds: number, failure?: string }[]} results
 */
export function formatReport(suite, results) {
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  const attributes = `name="${escape(suite)}" tests="${results.length}" failures="${failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${attributes}>`,
    ...results.map((result) => formatCase(suite, result)),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

function formatCase(suite, { name, seconds, failure }) {
  const attributes = `classname="${escape(suite)}" name="${escape(name)}" time="${seconds.toFixed(3)}"`;
  if (failure === undefined) return `    <testcase ${attributes}/>`;
  return `    <testcase ${attributes}><failure message="${escape(failure)}"/></testcase>`;
}

function escape(text) {
  return text.replaceAll(/[^\t -~\u00a0-\ud7ff\ue000-\ufffd]|[&<>"]/g, (sign) =>
    /[&<>"]/.test(sign) ? `&#${sign.charCodeAt(0)};` : ' ',
  );
}
