'use strict';
// Colour for a terminal, plain text for everything else.

const colour = process.stdout.isTTY && !process.env.NO_COLOR;

/** @param {number} code */
const paint = (code) => (/** @type {string} */ text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);

module.exports = { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33), cyan: paint(36) };
