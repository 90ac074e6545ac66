'use strict';

/** Where two runs of a program differ. */

const { heldBack } = require('../../../lib/compare/held-back');
const { tracksPromises } = require('../../../lib/hooks/promises');

/** @typedef {import('./recording').Part} Part */

const BEFORE = 4;
const AFTER = 3;
const NAMED = 6;
/** Lines in which a hook's reaction is looked for. */
const REACTION = 8;

/**
 * @param {Part} expected
 * @param {Part} actual
 * @returns {string[] | null} what differs, in words; null where nothing does
 */
function differenceOf(expected, actual) {
  const [left, right] = [expected.lines, actual.lines];
  const end = Math.max(left.length, right.length);
  for (let at = 0; at < end; at++) {
    if (left[at] === right[at]) continue;
    // What comes after it has other numbers and is not judged.
    if (lacksTrigger(left[at], right[at]) || hasOtherDefault(left, right, at)) return null;
    return [
      ...left.slice(Math.max(0, at - BEFORE), at).map((line) => `  ${line}`),
      ...shown(left, at).map((line) => `- ${line}`),
      ...shown(right, at).map((line) => `+ ${line}`),
    ];
  }
  const [missing, added] = [without(expected.ended, actual.ended), without(actual.ended, expected.ended)];
  const owed = missing.length > 0 ? without(missing, excused(expected, actual)) : [];
  if (owed.length + added.length === 0) return null;
  return [
    'after the garbage was collected',
    ...owed.slice(0, NAMED).map((line) => `- destroy ${line}`),
    ...added.slice(0, NAMED).map((line) => `+ destroy ${line}`),
  ];
}

/**
 * Where promises are tracked here, what Node's core creates in the rest of a continuation in which the last hook was disabled does
 * not have the promise as its trigger (docs/differences.md): it takes a hook to correct that.
 * @param {string | undefined} expected
 * @param {string | undefined} actual
 */
function lacksTrigger(expected, actual) {
  return (
    tracksPromises &&
    expected !== undefined &&
    actual !== undefined &&
    /^at |unannounced/.test(actual) &&
    expected.replace(/trigger #\d+/, 'trigger 0') === actual
  );
}

/**
 * Where promises are tracked here, one that a hook makes while it is told of a resource of Node's core is triggered by what
 * runs, and not by what core is about to name (README.md).
 * @param {string[]} left
 * @param {string[]} right
 * @param {number} at
 */
function hasOtherDefault(left, right, at) {
  const [expected, actual] = [left[at], right[at]];
  if (!tracksPromises || expected === undefined || actual === undefined || !/ init PROMISE /.test(actual)) return false;
  return (
    left.slice(Math.max(0, at - REACTION), at).some((line) => line.includes(' init reacts, ')) &&
    expected.replace(/trigger #\d+/, `trigger ${/, in (#\d+)/.exec(expected)?.[1]}`) === actual
  );
}

/** @param {string[]} lines @param {number} at */
function shown(lines, at) {
  return at < lines.length ? lines.slice(at, at + AFTER) : ['(nothing more)'];
}

/** What one list has more than the other. @param {string[]} list @param {string[]} other */
function without(list, other) {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** What this package may still owe, hook by hook. @param {Part} expected @param {Part} actual */
function excused(expected, actual) {
  const hooks = new Set(expected.ended.map((line) => line.slice(0, line.indexOf(' '))));
  return [...hooks].flatMap((hook) => {
    const [left, right] = [expected, actual].map(
      ({ ended, promises }) =>
        /** @type {any} */ ({
          destroyed: ended.filter((line) => line.startsWith(`${hook} `)).map((line) => line.slice(hook.length + 1)),
          promises,
        }),
    );
    return heldBack(left, right).map((name) => `${hook} ${name}`);
  });
}

module.exports = { differenceOf };
