'use strict';

/** What somebody is told who typed what no command understands. */

const EXIT_CODE = 2;

class UsageError extends Error {}

/**
 * @param {string} command the words before the options
 * @param {string} message
 * @returns {number} the exit code
 */
function refuse(command, message) {
  process.stderr.write(`${command}: ${message}\nSee "${command} --help".\n`);
  return EXIT_CODE;
}

/** @param {unknown} error */
function isUsageError(error) {
  const code = /** @type {NodeJS.ErrnoException} */ (error).code;
  return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
}

module.exports = { UsageError, isUsageError, refuse };
