'use strict';

/** Says what somebody may have meant. */

/** One typing mistake in so many characters. */
const CHARACTERS_PER_MISTAKE = 3;

/**
 * @param {string} word
 * @param {Iterable<string>} known
 * @returns {string | undefined} the known word that is most like it, where one is
 */
function nearest(word, known) {
  let best;
  let fewest = Math.max(1, Math.floor(word.length / CHARACTERS_PER_MISTAKE)) + 1;
  for (const candidate of known) {
    const mistakes = mistakesBetween(word.toLowerCase(), candidate.toLowerCase());
    if (mistakes < fewest) [best, fewest] = [candidate, mistakes];
  }
  return best;
}

/**
 * Characters that are wrong, missing or too many, and neighbours that are swapped.
 * @param {string} a
 * @param {string} b
 */
function mistakesBetween(a, b) {
  /** @type {number[][]} */
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1]);
      rows[i][j] = Math.min(replaced, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

module.exports = { nearest };
