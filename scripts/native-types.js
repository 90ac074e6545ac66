'use strict';

/**
 * Writes `lib/engine/native.d.ts`: the types of the addon's functions and objects, as napi-derive knows them when it compiles `src/`.
 *
 *   npm run native-types
 *
 * With `--check`, which `npm run lint` gives, it only tells whether the file is what it would write.
 */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const FILE = path.join(root, 'lib', 'engine', 'native.d.ts');

const HEADER = `/** What the addon exports: \`src\`. Written by \`npm run native-types\`. */

import type { Layout, RecorderFacts, RecorderLayout, Todo, Wants } from './constants';
import type { NativeFrames, RecorderFunctions, Resolver } from './functions';

export type { NativeFrames, RecorderFunctions, Resolver };
`;

/** @typedef {{ kind: string, name: string, js_doc: string, def: string }} Definition what napi-derive says of an item */

/** @returns {Definition[]} */
function definitions() {
  // For a folder of another name cargo compiles the addon anew.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-types-'));
  try {
    const env = { ...process.env, NAPI_TYPE_DEF_TMP_FOLDER: folder };
    execFileSync('cargo', ['check', '--locked', '--quiet', '--package', 'async-hooks-rs'], { cwd: root, stdio: 'inherit', env });
    const lines = fs.readdirSync(folder).flatMap((name) => fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n'));
    return lines.map((line) => JSON.parse(line)).sort(byKindAndName);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/**
 * Functions first.
 * @param {Definition} one
 * @param {Definition} other
 */
function byKindAndName(one, other) {
  const [a, b] = [one, other].map(({ kind, name }) => `${kind} ${name}`);
  return a < b ? -1 : 1;
}

/** @param {Definition} definition */
function declaration({ kind, name, js_doc: doc, def }) {
  if (kind === 'fn') return `${doc}export ${def};\n`;
  if (kind !== 'interface') throw new Error(`scripts/native-types.js does not know what to make of a ${kind} (${name})`);
  const lines = def.split('\n').map((line) => `  ${line}${/^\s*\/?\*/.test(line) ? '' : ';'}\n`);
  return `${doc}export interface ${name} {\n${lines.join('')}}\n`;
}

/** @returns {string} the file's text */
function types() {
  return [HEADER, ...definitions().map(declaration)].join('\n');
}

const made = types();
if (!process.argv.includes('--check')) {
  fs.writeFileSync(FILE, made);
} else if (fs.readFileSync(FILE, 'utf8') !== made) {
  console.error('lib/engine/native.d.ts is not what src/ says: npm run native-types');
  process.exitCode = 1;
}
