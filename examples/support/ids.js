'use strict';
// Letters for async ids. The numbers change with the Node version and with everything that
// ran before; what a reader needs to see is which of them are the same.

/**
 * A function that names ids by first appearance: A, B, … Z, A2, B2, …
 * 0 (no JavaScript below) and 1 (the main script) keep their numbers.
 * @returns {(asyncId: number) => string}
 */
function ids() {
  const names = new Map([[0, '0'], [1, '1']]);
  return (asyncId) => {
    let name = names.get(asyncId);
    if (name === undefined) {
      const n = names.size - 2;
      const round = Math.floor(n / 26);
      name = String.fromCharCode(65 + (n % 26)) + (round > 0 ? round + 1 : '');
      names.set(asyncId, name);
    }
    return name;
  };
}

module.exports = { ids };
