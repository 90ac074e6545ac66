'use strict';

/** Short texts of a program's own, in a line of a report. */

const LONGEST = 60;

/** @param {string} text */
function shortened(text) {
  const line = text.replace(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

module.exports = { shortened };
