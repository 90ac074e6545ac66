'use strict';
// Milliseconds as text. The runner compares what two processes print, and no two clocks agree,
// so it sets EXAMPLES_COMPARE and every time becomes a tilde.

/** @param {number} time */
function ms(time) {
  return process.env.EXAMPLES_COMPARE ? '~ ms' : `${time.toFixed(2)} ms`;
}

module.exports = { ms };
