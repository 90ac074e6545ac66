'use strict';

/**
 * The command lines of `compare` and `record`: options of their own, then a program whose
 * arguments are nobody else's; and options for Node as the text of one option.
 */

const { parseArgs } = require('node:util');

/** The option whose value is a text of further options. */
const NODE_OPTIONS = 'node-options';

/** @typedef {NonNullable<import('node:util').ParseArgsConfig['options']>} Options */

/**
 * Splits a command line at its program.
 * @template {Options} T
 * @param {string[]} argv
 * @param {T} options as `util.parseArgs` takes them
 * @returns {{ values: ReturnType<typeof parseArgs<{ options: T }>>['values'], program: string[] }}
 *   `program` is empty where none is given
 * @throws {TypeError} `ERR_PARSE_ARGS_…`
 */
function parseCommandLine(argv, options) {
  // Not strict, this reads on over whatever the program's arguments look like.
  const { tokens } = parseArgs({ args: argv, options, allowPositionals: true, strict: false, tokens: true });
  const at = tokens.find(({ kind }) => kind === 'positional')?.index ?? argv.length;
  const own = argv.slice(0, at);
  // A value that begins with a dash looks like a forgotten one to `parseArgs`, except behind a `=`.
  for (const token of [...tokens].reverse()) {
    if (token.kind !== 'option' || token.rawName !== `--${NODE_OPTIONS}` || token.index >= at) continue;
    if (token.inlineValue === false) own.splice(token.index, 2, `${token.rawName}=${token.value}`);
  }
  const { values } = parseArgs({ args: own, options, allowPositionals: true });
  return { values: /** @type {any} */ (values), program: argv.slice(at) };
}

/**
 * Splits a text at white space as Node splits `NODE_OPTIONS`: double quotes keep words together, and a backslash
 * inside of them stands for the character that follows. Single quotes keep words together, too, since on
 * a command line the text itself often stands in double ones; inside of them every character is itself.
 * @param {string} [text]
 * @returns {string[]}
 * @throws {TypeError} `ERR_PARSE_ARGS_INVALID_OPTION_VALUE`
 */
function splitNodeOptions(text = '') {
  /** @type {string[]} */
  const words = [];
  for (const word of text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+|["']/gs) ?? []) {
    if (word === '"' || word === "'") throw invalid(text, `has a ${word} that nothing closes`);
    words.push(word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, double, single) => single ?? double.replace(/\\(.)/gs, '$1')));
  }
  if (words.length > 0 && !words[0].startsWith('-')) {
    throw invalid(text, 'is not an option of Node, such as --expose-gc');
  }
  return words;
}

/**
 * @param {string} text
 * @param {string} why
 */
function invalid(text, why) {
  const error = new TypeError(`Option '--${NODE_OPTIONS} <value>': ${JSON.stringify(text)} ${why}`);
  return Object.assign(error, { code: 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' });
}

module.exports = { parseCommandLine, splitNodeOptions };
