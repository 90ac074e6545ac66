'use strict';

/**
 * An ESLint rule: which room of `lib/` may ask for which. A file asks for files of its own room and of rooms further down, never for
 * one that leads back to it, and never for the faces at the root.
 */

const fs = require('node:fs');
const path = require('node:path');

const LIB = path.join(__dirname, '..', '..', 'lib');

/** From the top to the bottom; a room may ask for those of later lines. */
const FLOORS = [
  ['cli', 'register', 'compare', 'context', 'attach'],
  ['instance'],
  ['create'],
  ['legacy', 'record', 'storage'],
  ['hooks'],
  ['engine'],
  ['node'],
];
/** Commands stand above what they run. */
const ABOVE = new Set(['cli attach', 'cli compare', 'cli context', 'context register']);

/** @param {string} file below `lib` */
function roomOf(file) {
  return path
    .relative(LIB, file)
    .split(path.sep)[0]
    .replace(/\.m?js$/, '');
}

/**
 * @param {string} file that asks
 * @param {string} asked the file that it asks for
 * @returns {string | null} what is wrong
 */
function faultOf(file, asked) {
  if (path.relative(LIB, asked).startsWith('..')) return 'Nothing in lib/ asks for a file outside of it.';
  const [from, to] = [roomOf(file), roomOf(asked)];
  if (from === to || ABOVE.has(`${from} ${to}`)) return null;
  const [floor, below] = [from, to].map((room) => FLOORS.findIndex((rooms) => rooms.includes(room)));
  if (floor < 0 || below < 0) return `lib/${floor < 0 ? from : to} has no floor in scripts/lint/rooms.js.`;
  return floor < below ? null : `lib/${from} may not ask for lib/${to}.`;
}

/**
 * @param {string} file
 * @param {string} id
 * @returns {string | null} the file that is asked for; null where it is none of this package
 */
function resolve(file, id) {
  return id.startsWith('.') ? require.resolve(path.resolve(path.dirname(file), id)) : null;
}

const ASKS = /\b(?:require\(|import\(|from |import )\s*'(\.[^']*)'/g;
const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;

/** @type {Map<string, string[]>} what each file asks for, of files in `lib` */
const asked = new Map();

/** @param {string} file */
function askedBy(file) {
  let files = asked.get(file);
  if (files === undefined) {
    const text = fs.readFileSync(file, 'utf8').replace(COMMENTS, '');
    files = [...text.matchAll(ASKS)].map(([, id]) => /** @type {string} */ (resolve(file, id))).filter((each) => each.startsWith(LIB));
    asked.set(file, files);
  }
  return files;
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {boolean} whether the one leads to the other
 */
function leadsTo(from, to, seen = new Set()) {
  if (from === to) return true;
  if (seen.has(from) || !from.startsWith(LIB)) return false;
  seen.add(from);
  return askedBy(from).some((next) => leadsTo(next, to, seen));
}

/** @type {import('eslint').Rule.RuleModule} */
const rule = {
  create(context) {
    /** @param {any} node the name that is asked for */
    function check(node) {
      if (typeof node?.value !== 'string' || !node.value.startsWith('.')) return;
      const file = /** @type {string} */ (resolve(context.filename, node.value));
      const message =
        faultOf(context.filename, file) ?? (leadsTo(file, context.filename) ? 'This leads back to the file that asks.' : null);
      if (message !== null) context.report({ node, message });
    }
    return {
      'CallExpression[callee.name="require"]': (/** @type {any} */ node) => check(node.arguments[0]),
      'ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression': (/** @type {any} */ node) => check(node.source),
    };
  },
};

module.exports = { rule };
