'use strict';

/** Runs a program with the recorder and a hook in one process, and compares what they say, thread by thread. */

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const { newFile, readRecording, runNode } = require('./recorded');

const BESIDE = path.join(__dirname, '..', 'fixtures', 'record', 'beside.js');
const MAIN_THREAD = 0;

/** @typedef {[phase: string, id: number, ...rest: unknown[]]} Told what a hook is told */

/**
 * @param {import('./recorded').RecordedEvent} event
 * @returns {Told}
 */
const asTold = ({ phase, id, type, parent }) => (phase === 'init' ? [phase, id, type, parent] : [phase, id]);

/**
 * @param {string} file the program
 * @param {'builtin' | 'ours'} whose hook
 * @param {{ options?: import('../../record').RecordOptions, nodeOptions?: string[] }} [settings]
 */
function runBeside(file, whose, { options = {}, nodeOptions = [] } = {}) {
  const [out, told] = [newFile(), newFile('.told')];
  fs.mkdirSync(told);
  const env = { RECORD_BESIDE: JSON.stringify({ out, told, whose, options }) };
  const run = runNode([...nodeOptions, '--require', BESIDE, file], env);
  const { events, others, damage } = readRecording(out);
  const threads = fs
    .readdirSync(told)
    .map(Number)
    .map((id) => ({
      id,
      told: linesOf(path.join(told, String(id))),
      recorded: events.filter(({ thread }) => thread === numberOf(others, id)).map(asTold),
    }));
  return { ...run, threads, damage };
}

/**
 * @param {string} file
 * @returns {Told[]}
 */
function linesOf(file) {
  // A thread that is ended while it writes leaves no half line: each is one write.
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/**
 * @param {{ phase: string, worker?: number, thread: number }[]} others
 * @param {number} threadId
 */
function numberOf(others, threadId) {
  return others.find(({ phase, worker }) => phase === 'start' && worker === threadId)?.thread;
}

/**
 * Runs a program, and asserts that the recording has exactly what the hook was told, in the same order.
 *
 * A worker can be ended anywhere, between the recorder and the hook as well: the one may have a last event that the other has not.
 * And each module learns of the end of promises in its own way and time, so those count only for a hook of this package.
 * @param {string} file
 * @param {'builtin' | 'ours'} whose
 * @param {Parameters<typeof runBeside>[2]} [settings]
 */
function compareBeside(file, whose, settings) {
  const { threads, damage, stderr } = runBeside(file, whose, settings);
  assert.strictEqual(damage, null, stderr);
  for (const { id, told, recorded } of threads) {
    const promises = new Set(told.filter(([, , type]) => type === 'PROMISE').map(([, promise]) => promise));
    const isCompared = (/** @type {Told} */ [phase, about]) => whose === 'ours' || phase !== 'destroy' || !promises.has(about);
    const [actual, expected] = [recorded.filter(isCompared), told.filter(isCompared)];
    if (id !== MAIN_THREAD && Math.abs(actual.length - expected.length) === 1) {
      (actual.length > expected.length ? actual : expected).pop();
    }
    assert.deepStrictEqual(actual, expected, `thread ${id}`);
  }
  return threads;
}

module.exports = { compareBeside, runBeside };
