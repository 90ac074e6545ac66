'use strict';

/** What the command lines of the fuzzers have in common. */

/**
 * @param {string | undefined} text
 * @returns {number}
 */
function toNumber(text) {
  if (!/^\d{1,9}$/.test(String(text))) throw new Error(`"${text}" is no whole number`);
  return Number(text);
}

/**
 * @param {string} script the npm script
 * @param {string[]} flags
 * @param {object} program
 * @returns {string} the command that runs the program again, for a shell
 */
function again(script, flags, program) {
  const json = JSON.stringify(program).replaceAll("'", "'\\''");
  return `npm run ${script} -- ${[...flags, `--program '${json}'`].join(' ')}`;
}

module.exports = { toNumber, again };
