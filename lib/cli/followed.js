'use strict';

/** What the commands have in common that run a program as it is and follow it. */

const { nearest } = require('./nearest');
const { programOf } = require('./program');
const { UsageError, isUsageError, refuse } = require('./usage');

/**
 * @template T
 * @param {object} about
 * @param {string} about.name the words before the options
 * @param {string} about.usage
 * @param {Record<string, unknown>} about.options that there are
 * @param {(argv: string[]) => T | null} about.parse null when help was asked for
 * @param {(wanted: T) => Promise<number>} about.run
 * @returns {(argv: string[]) => Promise<number>} the command; it answers the exit code
 */
function commandOf({ name, usage, options, parse, run }) {
  return async (argv) => {
    let wanted;
    try {
      wanted = parse(argv);
    } catch (error) {
      if (!isUsageError(error)) throw error;
      return refuse(name, messageOf(/** @type {NodeJS.ErrnoException} */ (error), name, options));
    }
    if (wanted === null) {
      process.stdout.write(usage);
      return 0;
    }
    return run(wanted);
  };
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {string} command
 * @param {Record<string, unknown>} options
 */
function messageOf({ code, message }, command, options) {
  const [, name] = /'(-\S+)'/.exec(message) ?? [];
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || name === undefined) return message;
  const meant = nearest(
    name,
    Object.keys(options).map((option) => `--${option}`),
  );
  if (meant !== undefined) return `There is no option ${name}. Did you mean ${meant}?`;
  return `There is no option ${name}. One for Node stands behind "node", as in "${verbOf(command)} node ${name} app.js".`;
}

/**
 * @param {string[]} words as they were typed
 * @param {string[]} nodeOptions
 * @param {string} command
 */
function givenProgram(words, nodeOptions, command) {
  const program = programOf(words);
  if (program === null) {
    throw new UsageError(`There is no program ${words[0]}: it is not a file here, not in node_modules/.bin, and not on PATH.`);
  }
  if (!program.isNode) checkForEnvironment(nodeOptions, command);
  return program;
}

/**
 * A program that is not Node itself takes options for Node from its environment, where some are not allowed.
 * @param {string[]} nodeOptions
 * @param {string} command
 */
function checkForEnvironment(nodeOptions, command) {
  const refused = nodeOptions.find((word) => /^--?[a-z]/.test(word) && !process.allowedNodeEnvironmentFlags.has(word.replace(/=.*/s, '')));
  if (refused === undefined) return;
  throw new UsageError(`Node only takes ${refused} on its own command line, as in "${verbOf(command)} node ${refused} app.js".`);
}

/** @param {string} command */
function verbOf(command) {
  return command.slice(command.lastIndexOf(' ') + 1);
}

module.exports = { commandOf, givenProgram };
