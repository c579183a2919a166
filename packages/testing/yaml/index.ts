/** Values of YAML 1.1 that kubectl and we must read alike, each as the value of a key. */
export const scalars: readonly string[] = [
  ...`
  0644 0o644 0O644 0x1F 0X1f 0b101 0B101 -0644 +0644 08 09 0 00 -0 +0 007 1_000 1_0_0 _1 1_
  1__0 0_644 0x_1F 0x1_F +12 -12 + . .5 -.5 +.5 5. 1. 1.0 1.10 01.5 1e3 1E3 1e+3 1e-3 1.e3
  .1e3 e3 1e 1e1000 -1e1000 nan inf NaN Infinity yes Yes YES yEs no No NO on On ON off Off
  OFF y Y n N true True TRUE tRue false False FALSE ~ null Null NULL nUll none None
  190:20:30 1:30 12:30:45 1:30.5 60:00 -1:30 2001-01-01 2001-12-14T21:59:43.10-05:00
  2001-12-14 2001-1-1 2001-12-14T21:59:43Z 1.2.3 1.2.3.4 0.0.0.0 1,000 123456789012
  9007199254740993 9223372036854775807 9223372036854775808 18446744073709551615
  18446744073709551616 123456789012345678901234567890 -9223372036854775808
  -9223372036854775809 0xFFFFFFFFFFFFFFFF 0777777777777777777777 1.7976931348623157e308
  4.9e-324 0.1 0.30000000000000004 1e21 1e20 123456789.123 100000000000000000000.0 1e-7
  0.000001 0x 0o 0b 0b2 0o8 0xg -0x1F +0x1F -0b1 -0o7 0x1.5 1e3.5 0.0 -0.0 +0.0 1_000.5
  1_0.5_0 .5_0 ._5 1._5 = << <<x 8080 8080/tcp v1 1.x 3.8 "0644" "yes" a#b {a} [a] "" "0" -1
  -1.5 foo x x% !!str 1.0e+3 1.0E+03 0. 00.5 0_1 +.nan 0B1 0O7 1e05 01e3 08.5 09e1 0.1e1_0
  12e03 -2E+05 685_230.15 190:20:30.15 0x_ 1__000 -_1 -1_0 +1_0 .1_ ..5 ...5 -- nuLL
  `
    .trim()
    .split(/\s+/),
  "'0644'",
  "'yes'",
  '!!str 0644',
  '!!int "0644"',
  '!!int 0644',
  '!!float 1',
  '!!float "1"',
  '!!bool yes',
  '!!bool "yes"',
  '!!null ""',
  '!!str yes',
  '!!str ~',
  '"a\\tb"',
  '"\\u00e9"',
  "'it''s'",
  'a b',
  '"a # b"',
  'a # comment',
  '[yes, no, 0644, ~]',
  '{a: yes, b: 0644}',
  '{yes: 1}',
  '{0644: x}',
  '{1e3: x}',
  '{2001-01-01: x}',
  '{0x10: x}',
  '{-1: x}',
  '{n: 1}',
  '{"n": 1}',
  '{1_000: x}',
  '{? a : b}',
  '[a: b]',
  '{a: [1, {b: c}]}',
  "''",
  '"\\x41"',
  '"\\e"',
  '1 2',
  '!!str ""',
  '2020-01-01 00:00:00',
  '{1: a, 1.5: b, true: d}',
  '|-\n    a\n    b',
  '|\n    a\n\n    b\n\n',
  '>\n    a\n    b\n\n    c',
  '>-\n    a\n      b\n    c',
  '|+\n    a\n\n',
  '|2\n      a',
  '|\n    a\tb',
  '"a\n    b"',
  "'a\n\n    b'",
  'a\n    b',
  'a\n\n    b',
];

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
const second = head.replace('name: a', 'name: b');

/** Texts that kubectl and we must read alike. */
export const documents: Readonly<Record<string, string>> = {
  'two documents': `${head}---\n${second}`,
  'separators around': `---\n${head}---\n${second}---\n`,
  'a separator with a blank behind': `${head}--- \n${second}`,
  'a separator with a comment': `${head}--- # next\n${second}`,
  'a separator with a tab': `${head}---\t\n${second}`,
  'an end, and a separator': `${head}...\n---\n${second}`,
  'a byte order mark': `\ufeff${head}`,
  'only comments before': `# nothing\n---\n${head}`,
  'nothing in between': `${head}---\n# nothing\n---\n${second}`,
  'a merge, then a key of its own': `${head}data: &d { x: "1" }\nmore:\n  <<: *d\n  x: "2"\n`,
  'two merges': `${head}a: &a { x: 1 }\nb: &b { x: 2, y: 2 }\nc:\n  <<: [*a, *b]\n`,
  'a key, then a merge without it': `${head}a: &a { x: 1 }\nb:\n  y: 2\n  <<: *a\n`,
  'an alias': `${head}a: &a [1, 2]\nb: *a\n`,
  'a tab before a value': `${head}x:\ty\n`,
  'a line that goes on': `${head}x: "a\\\n    b"\n`,
  'a folded text': `${head}x: >\n  folded\n  text\n\n  more\n\nz: 1\n`,
  'a folded text with deeper lines': `${head}x: >\n  a\n\n    b\n\n  c\n`,
  'a kept end': `${head}x: >+\n  a\n\n\n`,
  'a literal text': `${head}x: |\n  a\n   b\n  c\n\n\n`,
  'dashes in a text': `${head}x: |-\n  #!/bin/sh\n  echo "---"\n  ---\n`,
  'an indentation that is told': `${head}x: |1\n  a\n`,
  'a comment behind the mark of a text': `${head}x:   |  # c\n  a\n`,
  'an empty line first': `${head}x: |\n\n  a\n`,
  JSON: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"x":0.10,"y":1e3,"z":"\\u00e9\\/"}`,
  'JSON with tabs': `{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": {"name": "a"}\n}\n`,
  'JSON after YAML': `${head}---\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}\n`,
  'nothing as a value': `${head}x:\ny: ~\nz: ""\n`,
  'a list at the level of its key': `${head}x:\n- a\n- b\n`,
  'lists over lines': `${head}x: [a\n,b,]\ny: {a: 1\n, b: 2,}\n`,
  addresses: `${head}x: a:b\ny: http://a.example.com:80/?q=1#f\n`,
  'comments and what looks like one': `${head}x: a#c\ny: a #c\n#c\nz: b\n`,
  'a key with blanks': `${head}"x" : 1\ny : 2\n`,
  'keys that are no text': `${head}yes: 1\n"no": 2\n1: a\n1.50: b\n0644: c\n1e3: d\n0x1f: e\n2_000: f\n2001-01-01: g\n.5: i\n-0: j\n`,
  'letters of the world': `${head}x: "café 😀"\ny: grüß dich\n`,
  escapes: `${head}x: "\\N\\_\\u00e9\\x41\\e"\ny: '\\n'\nz: a\\nb\n`,
  'lines that end as on Windows': `${head}---\n${second}`.replaceAll('\n', '\r\n'),
};

/** Texts that both refuse. */
export const refused: Readonly<Record<string, string>> = {
  'a separator with something behind': `${head}---a: b\n`,
  'a line end of mainframes': `${head}x: a\u0085b\n`,
  'a control character': `${head}x: \u0001\n`,
  'a template that was not rendered': `${head}x: {{ .Values.x }}\n`,
  'an anchor that holds itself': `${head}x: &a\n  y: *a\n`,
  'an anchor that nobody set': `${head}x: *nope\n`,
  infinity: `${head}x: .inf\n`,
  'no number': `${head}x: .nan\n`,
  'a tab as indentation': `${head}x:\n\ty: 1\n`,
  'a mapping in a value': `${head}x: a: b\n`,
  'a value that begins with %': `${head}x: %a\n`,
  'half an indentation': `${head}x:\n  a: 1\n b: 2\n`,
};

/** Texts of which kubectl makes something, and we do not: it is never what was meant, or cannot be kept. */
export const refusedByUs: Readonly<Record<string, string>> = {
  'a line end of Unicode': `${head}x: "a\u2028b"\n`,
  'a document after the end of another': `${head}...\n${second}`,
  'a key twice': `${head}a: 1\na: 2\n`,
  'a key twice in two ways': `${head}n: 1\nN: 2\n`,
  'a key, then a merge that has it': `${head}a: &a { x: 1 }\nb:\n  x: 2\n  <<: *a\n`,
  'a tag of its own': `${head}x: !secret a\n`,
  bytes: `${head}x: !!binary aGVsbG8=\n`,
  'a number as a key that a float does not hold': `${head}9007199254740993: a\n`,
  'a number that a float does not hold': `${head}x: 9007199254740993\n`,
};

/** An application whose values are read differently by YAML 1.1 and 1.2. */
export const application = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, labels: { tier: "0644" } }
data:
  on: "yes"
  script: |
    #!/bin/sh
    echo "two lines"

  folded: >-
    one
    line
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { example.com/since: 2001-01-01 } }
spec:
  replicas: 0x2
  paused: no
  selector: &selector { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1_0
      initContainers: [{ name: first, image: catalog:1.0, args: ["no", '1e3', 0.0.0.0] }]
      containers:
        - &web
          name: web
          image: catalog:1.0
          env: [{ name: MODE, value: "0644" }, { name: EMPTY }]
          volumeMounts: [{ name: settings, mountPath: /etc/settings, readOnly: on }]
        - { <<: *web, name: second, image: envoyproxy/envoy:v1.31 }
      volumes: [{ name: settings, configMap: { name: settings, defaultMode: 0644, optional: off } }]
`;
