'use strict';

/** Recording: starts and ends it, and takes this thread's part in it. */

const workerThreads = require('node:worker_threads');

const { native } = require('../thread');
const { Gate } = require('./gate');
const { recordingHook } = require('./hook');
const { settingsOf } = require('./options');
const { followRequests } = require('./requests');
const { capacityOf, layout, openRing } = require('./ring');
const { stackTaker } = require('./stacks');

/** @typedef {import('./options').Options} Options */
/** @typedef {import('../native').RecordedType} RecordedType */

const NS_PER_MS = 1e6;

class Recorder {
  #ring;
  #hook;
  #endRequests;

  /** @param {import('./options').Settings} settings */
  constructor({ file, types, promises, stacks, slots }) {
    const { isMainThread, threadId, threadName = '' } =
      /** @type {typeof workerThreads & { threadName?: string }} */ (workerThreads);
    this.#ring = openRing({
      worker: isMainThread ? 0 : threadId,
      name: isMainThread ? 'main' : threadName,
      types: types === null ? null : new Set(types),
      capacity: capacityOf(slots),
    }, {
      file,
      node: process.version,
      argv: process.argv,
      platform: `${process.platform} ${process.arch}`,
      options: JSON.stringify({ types, promises, stacks }),
    });
    const takeStack = stacks === 0 ? null : stackTaker(stacks, layout.stacks, this.#ring.addStack);
    const gate = new Gate(this.#ring);
    this.#hook = recordingHook(this.#ring, gate, { promises, takeStack }).enable();
    this.#endRequests = followRequests(this.#ring, gate, types);
  }

  /** Counts and latencies by type, of all threads of the process, up to now. */
  stats() {
    this.#ring.publish();
    return Object.fromEntries(native.recordingStats()
      .filter(({ created, dropped }) => created + dropped > 0)
      .map(({ name, ...stats }) => [name, inMilliseconds(stats)]));
  }

  /** @param {string} name of what happens now; it is shown beside the events */
  mark(name) {
    this.#ring.mark(String(name));
  }

  /**
   * Ends the recording of the process; then the file is complete.
   * @returns {Promise<void>}
   */
  stop() {
    if (current === this) {
      current = null;
      this.#hook.disable();
      this.#endRequests();
      native.stopRecording();
    }
    // Made here, so that it is not recorded itself.
    return Promise.resolve();
  }
}

/** @param {Omit<RecordedType, 'name'>} stats */
function inMilliseconds({ wait, run, lifetime, ...counts }) {
  const convert = (/** @type {RecordedType['wait']} */ { count, total, p50, p99, max }) =>
    ({ count, total: total / NS_PER_MS, p50: p50 / NS_PER_MS, p99: p99 / NS_PER_MS, max: max / NS_PER_MS });
  return { ...counts, wait: convert(wait), run: convert(run), lifetime: convert(lifetime) };
}

/** @type {Recorder | null} */
let current = null;

/**
 * Records this process, from here on. Where it is recorded already, this thread takes part.
 * @param {Options} [options]
 * @returns {Recorder}
 */
function record(options = {}) {
  if (current !== null && native.isRecording()) return current;
  current = null;
  current = new Recorder(settingsOf(options));
  return current;
}

module.exports = { record };
