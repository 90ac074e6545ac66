'use strict';

/** Recording: starts and ends it, and takes this thread's part in it. */

const path = require('node:path');
const workerThreads = require('node:worker_threads');

const { followEnding } = require('./ending');
const { Facts } = require('./facts');
const { Gate } = require('./gate');
const { recordingHook } = require('./hook');
const { settingsOf } = require('./options');
const { placeTaker } = require('./places');
const { OwnSet } = require('../engine/own');
const { native } = require('../engine/thread');
const { kAsyncId } = require('../node/symbols');
const { invalidArgType } = require('../node/errors');
const { followRequests } = require('./requests');
const { capacityOf, layout, openRing } = require('./ring');
const { withSources } = require('./sources');
const { stackTaker } = require('./stacks');

/** @typedef {import('./options').Options} Options */
/** @typedef {import('../engine/native').RecordedType} RecordedType */

const NS_PER_MS = 1e6;

/** This thread's part in one recording. */
class Recorder {
  #ring;
  /** What stops following the program. */
  #ends;

  /**
   * @param {import('./ring').RecorderRing} ring
   * @param {import('./options').Settings} settings
   * @param {number[]} leftOut the ids of resources that are none of the program's
   */
  constructor(ring, { types, promises, stacks, places: share, withArguments }, leftOut) {
    this.#ring = ring;
    const whole = stacks === 0 ? null : stackTaker(stacks, ring, layout);
    const gate = new Gate(ring, () => this.#leave());
    for (let at = 0; at < leftOut.length; at++) gate.leaveOut(leftOut[at]);
    const places = whole ?? (share === 0 ? null : placesWithin(share, ring));
    const facts = new Facts(ring, withArguments);
    const hook = recordingHook(ring, gate, { promises, places, facts }).enable();
    this.#ends = [
      () => hook.disable(),
      followRequests(ring, gate, types, places),
      followEnding(ring.addEnding, (error) => facts.crash(error), ring.exit),
      () => facts.end(),
    ];
  }

  /** The file that is written, or null where there is none. */
  get file() {
    return this.#ring.file;
  }

  /** Counts and latencies by type, of all threads of the process, up to now or to the end of the recording. */
  stats() {
    this.#ring.publish();
    return Object.fromEntries(
      this.#ring
        .stats()
        .filter(({ created, dropped }) => created + dropped > 0)
        .map(({ name, ...stats }) => [name, inMilliseconds(stats)]),
    );
  }

  /** @param {string} name of what happens now; it is shown beside the events */
  mark(name) {
    this.#ring.mark(String(name));
  }

  /**
   * Copies what is recorded, or what is kept of it, up to now; the recording goes on.
   * @param {string} file `%p` stands for the process id
   * @returns {Promise<string>} the file's name, which has a number where something else has the one that was asked for
   */
  async dump(file) {
    if (typeof file !== 'string' || file === '') throw invalidArgType('file', 'a string that is not empty', file);
    this.#ring.publish();
    return native.dumpRecording(path.resolve(file.replaceAll('%p', String(process.pid))));
  }

  /**
   * Ends the recording of the process; then the file is complete.
   * @returns {Promise<void>}
   */
  stop() {
    this.#leave(() => this.#ring.stop());
    // Made here, so that it is not recorded itself.
    return Promise.resolve();
  }

  /** @param {() => void} [stop] */
  #leave(stop) {
    const ends = this.#ends;
    this.#ends = [];
    for (let at = 0; at < ends.length; at++) ends[at]();
    stop?.();
    this.#ring.release();
  }
}

/**
 * @param {number} share of the thread's time, in percent
 * @param {import('./ring').RecorderRing} ring
 */
function placesWithin(share, ring) {
  try {
    return placeTaker(share, { ...ring, addStack: withSources(ring.addStack) }, layout);
  } catch {
    // Nothing says where: the realm for it cannot be had here.
    return null;
  }
}

/** @param {Omit<RecordedType, 'name'>} stats */
function inMilliseconds({ wait, run, lifetime, ...counts }) {
  const convert = (/** @type {RecordedType['wait']} */ { count, total, p50, p99, max }) => ({
    count,
    total: total / NS_PER_MS,
    p50: p50 / NS_PER_MS,
    p99: p99 / NS_PER_MS,
    max: max / NS_PER_MS,
  });
  return { ...counts, wait: convert(wait), run: convert(run), lifetime: convert(lifetime) };
}

/** @type {{ recorder: Recorder, ring: import('./ring').RecorderRing } | null} */
let current = null;

/**
 * Records this process, from here on. Where it is recorded already, this thread takes part.
 * @param {Options} [options]
 * @returns {Recorder}
 */
function record(options = {}) {
  return /** @type {Recorder} */ (takePart(options, true));
}

/**
 * The same for whoever does not ask for it: after a recording that was stopped by hand no thread begins another.
 * @param {Options} options
 * @returns {Recorder | null}
 */
function recordUnasked(options) {
  return takePart(options, false);
}

/**
 * The same for whoever has attached to the process: the main thread begins a recording, and the others take part in it.
 * @param {Options} options
 * @param {object[]} resources of whoever asks, which are left out
 */
function recordAttached(options, resources) {
  const leftOut = resources.map((resource) => /** @type {any} */ (resource)[kAsyncId]).filter((id) => typeof id === 'number');
  const recorder = takePart(options, workerThreads.isMainThread, leftOut);
  if (recorder === null || current === null) return null;
  const { ring } = current;
  return { file: recorder.file, isOver: () => ring.isOver(), stop: () => recorder.stop(), types: () => Object.keys(recorder.stats()) };
}

/** Whether this process is recorded, whoever has asked for it. */
function isRecording() {
  return native.isRecording();
}

/**
 * @param {Options} options
 * @param {boolean} insists
 * @param {number[]} [leftOut]
 */
function takePart(options, insists, leftOut = []) {
  if (current !== null && !current.ring.isOver()) return current.recorder;
  const settings = settingsOf(options);
  const ring = ringOf(settings, insists);
  if (ring === null) return null;
  current = { ring, recorder: new Recorder(ring, settings, leftOut) };
  return current.recorder;
}

/**
 * @param {import('./options').Settings} settings
 * @param {boolean} insists
 */
function ringOf({ file, types, promises, stacks, places, slots, argv, keep, dumpsOn }, insists) {
  const { isMainThread, threadId, threadName = '' } = /** @type {typeof workerThreads & { threadName?: string }} */ (workerThreads);
  return openRing(
    {
      worker: isMainThread ? 0 : threadId,
      name: isMainThread ? 'main' : threadName,
      types: types === null ? null : new OwnSet(types),
      samples: places !== 0,
      capacity: capacityOf(slots),
      insists,
    },
    {
      file,
      node: process.version,
      argv,
      platform: `${process.platform} ${process.arch}`,
      options: JSON.stringify({ types, promises, stacks, places, ...(keep && { keep }) }),
      keepBytes: keep?.bytes,
      keepMs: keep?.ms,
      dumpsOn,
    },
  );
}

module.exports = { record, recordUnasked, recordAttached, isRecording };
