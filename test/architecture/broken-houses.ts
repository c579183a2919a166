import { machineWords, type Rule } from './rules.js';

/** In two words, so that this file keeps the rule that it is a row of. */
const privateHost = ['https://packages.example', 'internal'].join('.');

/** Which rule, what is wrong, the files, and what the rule says. */
type BrokenHouse = readonly [Rule, string, Readonly<Record<string, string>>, ...string[]];

/** Small houses, each with one thing wrong (or, with no message, with something that only looks wrong). */
export const brokenHouses: readonly BrokenHouse[] = [
  [
    'arrows point down only',
    'io imports flow',
    { 'packages/io/a/index.ts': "import { b } from '@slipway/flow/b';" },
    'packages/io/a/index.ts: packages/io must not import packages/flow (@slipway/flow/b)',
  ],
  [
    'arrows point down only',
    'cli imports an action',
    { 'packages/cli/a/index.ts': "export { a } from '../../../actions/a/src/main.js';" },
    'packages/cli/a/index.ts: packages/cli must not import actions (../../../actions/a/src/main.js)',
  ],
  [
    'arrows point down only',
    'a type counts, wherever it stands',
    { 'packages/core/a/index.ts': "export type A = import('@slipway/io/b').B;" },
    'packages/core/a/index.ts: packages/core must not import packages/io (@slipway/io/b)',
  ],
  [
    'arrows point down only',
    'a test may use what was made for tests',
    { 'packages/io/a/a.test.ts': "import { a } from '@slipway/testing/a';" },
  ],
  [
    'core is pure',
    'core imports Node',
    { 'packages/core/a/index.ts': "import { createHash } from 'node:crypto';" },
    'packages/core/a/index.ts: core imports only core, semver and js-yaml, not node:crypto',
  ],
  [
    'core is pure',
    'core loads a library late',
    { 'packages/core/a/index.ts': "export const a = await import('left-pad');" },
    'packages/core/a/index.ts: core imports only core, semver and js-yaml, not left-pad',
  ],
  [
    'core is pure',
    'YAML is allowed',
    { 'packages/core/a/index.ts': "import { load } from 'js-yaml';" },
  ],
  [
    'actions never import actions',
    'another action',
    { 'actions/a/src/run.ts': "import { b } from '../../b/src/run.js';" },
    'actions/a/src/run.ts: an action must not import another (../../b/src/run.js)',
  ],
  [
    'actions never import actions',
    'somebody else imports one',
    { 'bench/a.ts': "import { b } from '../actions/b/src/run.js';" },
    'bench/a.ts: only actions/index.ts imports an action (../actions/b/src/run.js)',
  ],
  [
    'what ships holds nothing that was made for tests',
    'an action imports the lab',
    { 'actions/a/src/run.ts': "import { openLab } from '@slipway/lab/parts';" },
    'actions/a/src/run.ts: what ships must not import @slipway/lab/parts',
  ],
  [
    'what ships holds nothing that was made for tests',
    'flow imports jest',
    { 'packages/flow/a/index.ts': "import { expect } from '@jest/globals';" },
    'packages/flow/a/index.ts: what ships must not import @jest/globals',
  ],
  [
    'imports are relative inside a package and by name across',
    'its own package by name',
    { 'packages/io/a/index.ts': "import { b } from '@slipway/io/b';" },
    'packages/io/a/index.ts: import @slipway/io/b relatively, it is the same package',
  ],
  [
    'imports are relative inside a package and by name across',
    'another package by path',
    { 'packages/io/a/index.ts': "import { b } from '../../core/b/index.js';" },
    'packages/io/a/index.ts: import ../../core/b/index.js by its name, @slipway/<package>/<folder>',
  ],
  [
    'imports are relative inside a package and by name across',
    'without an ending',
    { 'packages/io/a/index.ts': "import { b } from './b';" },
    'packages/io/a/index.ts: relative imports end in .js, unlike ./b',
  ],
  [
    'nobody reaches past a door',
    'a file of another folder',
    {
      'packages/io/a/index.ts': "import { b } from '../b/inner.js';",
      'packages/io/b/index.ts': '',
      'packages/io/b/inner.ts': '',
    },
    'packages/io/a/index.ts: ../b/inner.js reaches past the door packages/io/b/index.ts',
  ],
  [
    'nobody reaches past a door',
    'an inner door',
    {
      'packages/flow/a/index.ts': "import { b } from '@slipway/io/b/inner';",
      'packages/io/b/index.ts': '',
      'packages/io/b/inner/index.ts': '',
    },
    'packages/flow/a/index.ts: @slipway/io/b/inner reaches past the door packages/io/b/index.ts',
  ],
  [
    'nobody reaches past a door',
    'from inside, an inner door is a door',
    {
      'packages/io/b/index.ts': "import { b } from './inner/index.js';",
      'packages/io/b/inner/index.ts': '',
    },
  ],
  [
    'imports form no cycle',
    'two files that need each other',
    {
      'packages/io/a/index.ts': "import { b } from '../b/index.js';",
      'packages/io/b/index.ts': "import type { a } from '../a/index.js';",
    },
    'packages/io/a/index.ts → packages/io/b/index.ts → packages/io/a/index.ts: imports must not form a cycle',
  ],
  [
    'imports form no cycle',
    'two ways to one file are none',
    {
      'packages/io/a/index.ts': "import '../b/index.js'; import '../c/index.js';",
      'packages/io/b/index.ts': "import '../c/index.js';",
      'packages/io/c/index.ts': '',
    },
  ],
  [
    'each thing outside has one owner',
    'the environment',
    {
      'packages/io/a/index.ts':
        "export const a = process.env['A'];\nexport const { env } = process;\nexport const b = process['env'];",
    },
    'packages/io/a/index.ts:1: process.env (process.env) belongs to packages/flow/runtime and packages/io/command',
    'packages/io/a/index.ts:2: process.env ({ env } = process) belongs to packages/flow/runtime and packages/io/command',
    "packages/io/a/index.ts:3: process.env (process['env']) belongs to packages/flow/runtime and packages/io/command",
  ],
  [
    'each thing outside has one owner',
    'the runner’s protocol',
    { 'actions/a/src/run.ts': "import { setOutput } from '@actions/core';" },
    'actions/a/src/run.ts: @actions/core (@actions/core) belongs to packages/flow/runtime',
  ],
  [
    'each thing outside has one owner',
    'processes',
    { 'packages/io/a/index.ts': "import { spawn } from 'node:child_process';" },
    'packages/io/a/index.ts: starting a process (node:child_process) belongs to packages/io/command',
  ],
  [
    'each thing outside has one owner',
    'time',
    {
      'packages/core/a/index.ts': 'export const a = Date.now();\nexport const b = new Date();',
      'packages/io/a/index.ts':
        'setTimeout(() => undefined, 1);\nexport const c = performance.now();',
      'packages/io/b/index.ts': "import { setTimeout as sleep } from 'node:timers/promises';",
    },
    'packages/core/a/index.ts:1: time (Date.now) belongs to packages/io/clock',
    'packages/core/a/index.ts:2: time (new Date()) belongs to packages/io/clock',
    'packages/io/a/index.ts:1: time (setTimeout(() => undefined, 1)) belongs to packages/io/clock',
    'packages/io/a/index.ts:2: time (performance.now) belongs to packages/io/clock',
    'packages/io/b/index.ts: time (node:timers/promises) belongs to packages/io/clock',
  ],
  [
    'each thing outside has one owner',
    'a date that was passed in is no clock, and a socket’s own time limit no timer',
    {
      'packages/core/a/index.ts': 'export const a = new Date(0); request.setTimeout(1000);',
    },
  ],
  [
    'each thing outside has one owner',
    'HTTP',
    {
      'packages/flow/a/index.ts':
        "import { request } from 'node:https';\nawait fetch('https://a');",
    },
    'packages/flow/a/index.ts: HTTP (node:https) belongs to packages/io/registry and packages/io/cluster',
    "packages/flow/a/index.ts:2: HTTP (fetch('https://a')) belongs to packages/io/registry and packages/io/cluster",
  ],
  [
    'each thing outside has one owner',
    'tests may look at the real thing',
    {
      'packages/io/a/a.test.ts':
        "import { spawn } from 'node:child_process'; setTimeout(spawn, 1);",
    },
  ],
  [
    'names say what a thing holds',
    'a folder and a file',
    { 'packages/io/utils/index.ts': '', 'packages/io/a/helpers.test.ts': '' },
    'packages/io/utils/index.ts: nothing is called utils; name what it holds',
    'packages/io/a/helpers.test.ts: nothing is called helpers; name what it holds',
  ],
  ['names say what a thing holds', 'a part of a name', { 'packages/io/a/common-inputs.ts': '' }],
  [
    'every folder of a package has a door',
    'none',
    { 'packages/io/a/a.ts': '' },
    'packages/io/a: a folder with .ts files has an index.ts, its door',
  ],
  [
    'every folder of a package has a door',
    'a program that somebody imports is none',
    { 'packages/lab/a/main.ts': '', 'packages/lab/a/b.ts': "import './main.js';" },
    'packages/lab/a: a folder with .ts files has an index.ts, its door',
  ],
  ['every folder of a package has a door', 'a program', { 'packages/lab/a/main.ts': '' }],
  [
    'exports have names',
    'default exports',
    {
      'packages/io/a/index.ts': 'export default 1;',
      'packages/io/b/index.ts': 'export default function b() {}',
      'packages/io/c/index.ts': "export { c as default } from './c.js';",
    },
    'packages/io/a/index.ts:1: no default exports',
    'packages/io/b/index.ts:1: no default exports',
    'packages/io/c/index.ts:1: no default exports',
  ],
  [
    'exports have names',
    'everything at once',
    { 'packages/io/a/index.ts': "export * from './a.js';\nexport * as b from './b.js';" },
    'packages/io/a/index.ts:1: a door names what it exports, without *',
    'packages/io/a/index.ts:2: a door names what it exports, without *',
  ],
  [
    'an action is five files',
    'one too few and one too many',
    {
      ...actionFiles('README.md', 'action.yml', 'src/inputs.ts', 'src/main.ts', 'src/plan.ts'),
      ...actionFiles('src/run.ts', 'src/extra.ts', 'src/run.test.ts', 'test/data.json'),
    },
    'actions/a/src/report.ts: every action has this file',
    'actions/a/src/extra.ts: an action is five files, this is one more',
  ],
  [
    'the top level is the plan of the house',
    'a strange room, and all others missing',
    { 'scripts/a.sh': '', '.github/a.yml': '' },
    'README.md: missing at the top of the project',
    'scripts: not in the plan of the house',
  ],
  [
    'nothing of one machine is in the project',
    'its folder, a private host, a private registry',
    {
      'a.md': `cd ${machineWords[0] ?? '/somewhere'}`,
      'b.md': `${privateHost}/npm`,
      'package-lock.json': '"resolved": "https://packages.example.com/a.tgz"',
    },
    `a.md: “${machineWords[0] ?? ''}” means something on one machine only`,
    `b.md: “${privateHost}” means something on one machine only`,
    'package-lock.json: “"resolved": "https://packages.example.com/a.tgz"” means something on one machine only',
  ],
  [
    'nothing of one machine is in the project',
    'public hosts, loopback and examples',
    {
      'a.md':
        'http://127.0.0.1:5000 https://registry.example.com http://web.shop.svc.cluster.local',
      'package-lock.json':
        '"resolved": "https://registry.npmjs.org/a.tgz"\n"resolved": "packages/io"',
    },
  ],
];

function actionFiles(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`actions/a/${name}`, '']));
}
