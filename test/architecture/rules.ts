import { homedir } from 'node:os';
import {
  checkActionsApart,
  checkArrows,
  checkCorePurity,
  checkCycles,
  checkDoors,
  checkShippedCode,
  checkSpecifiers,
} from './import-rules.js';
import { checkOwners } from './owner-rules.js';
import { root } from './read-tree.js';
import {
  checkActions,
  checkEveryFolderHasADoor,
  checkExports,
  checkMachineWords,
  checkNames,
  checkTopLevel,
} from './shape-rules.js';
import type { SourceTree } from './source-tree.js';

/** What this machine calls its own. */
export const machineWords = [root, homedir()].filter((word) => word.split('/').length > 2);

/** The rules of the house: each answers with what breaks it, and where. */
export const rules = {
  'arrows point down only': checkArrows,
  'core is pure': checkCorePurity,
  'actions never import actions': checkActionsApart,
  'what ships holds nothing that was made for tests': checkShippedCode,
  'imports are relative inside a package and by name across': checkSpecifiers,
  'nobody reaches past a door': checkDoors,
  'imports form no cycle': checkCycles,
  'each thing outside has one owner': checkOwners,
  'names say what a thing holds': checkNames,
  'every folder of a package has a door': checkEveryFolderHasADoor,
  'exports have names': checkExports,
  'an action is five files': checkActions,
  'the top level is the plan of the house': checkTopLevel,
  'nothing of one machine is in the project': (tree: SourceTree) =>
    checkMachineWords(tree, machineWords),
} satisfies Record<string, (tree: SourceTree) => readonly string[]>;

export type Rule = keyof typeof rules;
