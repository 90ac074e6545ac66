'use strict';
/** The parts of a run that are compared one by one: each thread's events, the outputs, and the exit. */

const { transcribe } = require('./transcript');
const { outputLines } = require('./output');

/**
 * @typedef {import('./transcript').Transcript & {settled: boolean}} Part
 * @typedef {Map<string, Part>} Parts by name, in the order in which differences are reported
 * @typedef {import('./run').Run} Run
 */

const MAIN_THREAD = 'thread 0';

/**
 * @param {Run} run
 * @param {'builtin' | 'ours'} side
 * @param {{ignoreOutput: boolean, sameProcess: boolean}} options
 * @returns {Parts}
 */
function partsOf(run, side, { ignoreOutput, sameProcess }) {
  /** @type {Parts} */
  const parts = new Map();
  for (const { threadId, settled, streams } of run.threads) {
    // A thread in which the package was loaded before has recorded nothing.
    if (streams[side] === undefined) continue;
    const transcript = transcribe(streams[side], { absolute: sameProcess, settled });
    parts.set(`thread ${threadId}`, { ...transcript, settled });
  }
  // One process has one output and one exit: there is nothing to compare them with.
  if (sameProcess) return parts;
  if (!ignoreOutput) {
    parts.set('stdout', textPart(outputLines(run.stdout)));
    parts.set('stderr', textPart(outputLines(run.stderr)));
  }
  parts.set('exit', textPart([exitText(run)]));
  return parts;
}

/**
 * @param {string[]} lines
 * @returns {Part}
 */
function textPart(lines) {
  return { lines, destroyed: [], violations: [], announcedAt: {}, promises: [], counts: {}, settled: true };
}

/** @param {Run} run */
function exitText({ code, signal }) {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

module.exports = { MAIN_THREAD, exitText, partsOf };
