'use strict';
/**
 * A recorded stream as text: one line per event, with names instead of ids, so that two streams are the same when
 * their lines are. Destroys have no promised moment and are kept beside the lines, as a sorted set.
 */

const { Destroys } = require('./destroys');
const { Names } = require('./names');

/** @typedef {Record<string, Record<string, number>>} PhaseCounts counts per type and phase */

/**
 * @typedef {object} Transcript
 * @property {string[]} lines what happened, in order
 * @property {string[]} destroyed who was destroyed, sorted
 * @property {string[]} violations destroys that no module may emit, resources that are not the same object
 * @property {Record<string, number>} announcedAt the line on which a resource in `destroyed` was announced
 * @property {string[]} promises those announced, in order
 * @property {PhaseCounts} counts
 */

/**
 * @param {import('./recording').Stream} stream
 * @param {{absolute: boolean, settled: boolean}} options `settled`: the thread's garbage was collected at its end
 * @returns {Transcript}
 */
function transcribe(stream, { absolute, settled }) {
  const names = new Names(absolute);
  const destroys = new Destroys(names, settled);
  /** @type {Transcript} */
  const transcript = {
    lines: [],
    destroyed: destroys.full,
    violations: destroys.violations,
    announcedAt: destroys.announcedAt,
    promises: [],
    counts: {},
  };
  for (const event of stream.events) {
    const [phase, id] = event;
    // What was made before the script started is not the script's; it may also go at any time.
    if (phase !== 'init' && id < stream.firstId) continue;
    if (phase === 'init') destroys.announce(id, event[2], transcript.lines.length);
    if (phase === 'init' && event[2] === 'PROMISE') transcript.promises.push(names.full(id));
    if (phase === 'destroy') destroys.add(id, event[2]);
    else transcript.lines.push(phase === 'init' ? initLine(names, event) : scopeLine(names, event));
    count(transcript.counts, names.types.get(id) ?? 'unannounced', phase);
  }
  destroys.finish();
  for (const id of stream.strangers) transcript.violations.push(`${names.full(id)} is not the builtin's object`);
  return transcript;
}

/**
 * @param {Names} names
 * @param {import('./recording').Event} event
 */
function initLine(names, [, id, type, trigger, execution, resource, className, isHook]) {
  return (
    `init ${type} ${names.of(id)}, trigger ${names.of(trigger)}, in ${names.of(execution)}` +
    resourceNote(names, execution, resource) +
    `, a ${className}` +
    thisNote(isHook)
  );
}

/**
 * @param {Names} names
 * @param {import('./recording').Event} event
 */
function scopeLine(names, [phase, id, execution, trigger, resource, isHook]) {
  return (
    `${phase} ${names.full(id)}, in ${names.of(execution)}, trigger ${names.of(trigger)}` +
    resourceNote(names, execution, resource) +
    thisNote(isHook)
  );
}

/**
 * Nothing when `executionAsyncResource()` answers what init announced for the current id.
 * @param {Names} names
 * @param {number} execution
 * @param {number} resource
 */
function resourceNote(names, execution, resource) {
  const expected = names.isAnnounced(execution) ? execution : 0;
  if (resource === expected) return '';
  return `, with the resource of ${resource === 0 ? 'nobody' : names.of(resource)}`;
}

/** @param {number} isHook */
function thisNote(isHook) {
  return isHook ? '' : ', `this` is not the hook';
}

/**
 * @param {PhaseCounts} counts
 * @param {string} type
 * @param {string} phase
 */
function count(counts, type, phase) {
  const row = (counts[type] ??= {});
  row[phase] = (row[phase] ?? 0) + 1;
}

module.exports = { transcribe };
