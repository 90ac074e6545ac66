'use strict';
/** A process's output without what may differ between two runs of one program: process ids and internal frames. */

const path = require('node:path');
const { fileURLToPath } = require('node:url');

const packageRoot = path.resolve(__dirname, '..', '..');
/** Windows has both: what JavaScript prints, and what Node's C++ prints. */
const LINE_END = /\r?\n/;

/**
 * A stack frame inside Node, or inside this package where the builtin has one inside Node.
 * @param {string} line
 */
function isInternalFrame(line) {
  const frame = /^\s+at (?:.*\()?(.*?)(?::\d+){0,2}\)?$/.exec(line);
  if (!frame) return false;
  const location = frame[1];
  if (location.startsWith('node:') || location === '<anonymous>') return true;
  const inside = path.relative(packageRoot, pathOf(location));
  return /^(lib[\\/]|[^\\/]+\.m?js$)/.test(inside) && !inside.startsWith('..');
}

/** @param {string} location a path or the URL of one */
function pathOf(location) {
  try {
    return fileURLToPath(location);
  } catch {
    return location;
  }
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function outputLines(text) {
  return text
    .split(LINE_END)
    .filter((line) => !isInternalFrame(line))
    .map((line) => line.replace(/\(node:\d+\)/g, '(node:PID)'));
}

/**
 * @param {string} text
 * @param {number} count
 */
function lastLines(text, count) {
  return text.trimEnd().split(LINE_END).slice(-count).join('\n');
}

module.exports = { lastLines, outputLines };
