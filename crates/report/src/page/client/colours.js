'use strict';

/** One colour for a type, the same wherever it is shown. */

/** Told apart by most eyes on white and on near-black; the most frequent types take them in this order. */
const PALETTE = [
  '#4c7fd9', '#e08a2e', '#3aa675', '#c9568f', '#8a6fd1', '#1fa3b5', '#d1584a', '#9a9530',
  '#6d8f3c', '#b5703c', '#7d8bb8', '#c77dca',
];
/** Behind everything else, whatever its rank. */
const OTHER = '#8b929c';

/** @param {{stats: {type: number, created: number}[]}} data @returns {(type: number) => string} */
function colours(data) {
  const ranked = [...data.stats].sort((a, b) => b.created - a.created);
  const byType = new Map(ranked.map(({ type }, rank) => [type, PALETTE[rank] ?? OTHER]));
  return (type) => byType.get(type) ?? OTHER;
}

module.exports = { colours, OTHER };
