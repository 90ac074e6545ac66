'use strict';

/** Says whether a program sees the same stores with a composition of modules as it does with Node's own. */

const builtin = require('../../../lib/node/builtin');
const { interpret } = require('./interpret');
const { features } = require('./program');
const { Random } = require('../common/random');

/** @typedef {import('./program').Program} Program */
/** @typedef {import('./interpret').Entry} Entry */
/** @typedef {import('./interpret').Transcript} Transcript */
/** @typedef {import('./interpret').Composition} Composition */

/**
 * @typedef {object} Verdict
 * @property {'same' | 'different' | 'unsettled'} kind
 * @property {string[]} [difference]
 */

/** How often a program is run at least, with each composition, where two runs of it differ. */
const TRIES = 6;
/** How often more, before it is said that Node's own never sees what was seen. */
const MORE_TRIES = 12;
const SHOWN = 8;

/**
 * The compositions by name.
 *
 * @param {any} ours the module under test
 * @returns {Record<string, (program: Program) => Composition>}
 */
function compositions(ours) {
  const common = { hooks: ours, release: ours.release ?? ((/** @type {any} */ storage) => storage.disable()) };
  return {
    self: () => ({ ...common, storage: () => builtin, helper: () => builtin }),
    ours: () => ({ ...common, storage: () => ours, helper: () => ours }),
    mixed: ({ storages }) => ({
      ...common,
      storage: (index) => (storages[index].ours ? ours : builtin),
      helper: (id) => (id % 2 ? ours : builtin),
    }),
  };
}

/**
 * What comes first may decide what is seen, and the event loop may take timers, files and messages in another order each
 * time. So a program that differs is run more often, to be judged by runs that passed the same points in the same order.
 *
 * @param {Program} program
 * @param {Composition} expected
 * @param {Composition} actual
 * @returns {Promise<Verdict>}
 */
async function check(program, expected, actual) {
  const lefts = [await interpret(program, expected)];
  const rights = [await interpret(program, actual)];
  if (equal(lefts[0], rights[0])) return { kind: 'same' };
  // In no regular turns: the order may change with every second or fourth run, as the threads of the pool do.
  const random = new Random(program.seed);
  while (lefts.length < TRIES || rights.length < TRIES) {
    if (random.chance(0.5)) lefts.push(await interpret(program, expected));
    else rights.push(await interpret(program, actual));
  }
  const isUnsure = program.background === 'none' && features.hooked;
  const enough = isUnsure ? rights.length : TRIES / 4;
  if (isUnsure && judge(lefts, rights, enough).kind === 'different') {
    for (let tries = 0; tries < MORE_TRIES; tries++) lefts.push(await interpret(program, expected));
  }
  return judge(lefts, rights, enough);
}

/**
 * @param {Transcript[]} lefts
 * @param {Transcript[]} rights
 * @param {number} enough so many wrong ones are no accident
 * @returns {Verdict}
 */
function judge(lefts, rights, enough) {
  const wrong = rights.flatMap((right) => {
    const comparable = lefts.filter((left) => inOrder(left) === inOrder(right));
    return comparable.length > 0 && !comparable.some((left) => equal(left, right)) ? [{ left: comparable[0], right }] : [];
  });
  // Where Node's own sees now this, now that, nothing can be said.
  const steady = lefts.every((left) => lefts.every((other) => inOrder(left) !== inOrder(other) || equal(left, other)));
  if (steady && wrong.length >= enough) {
    return { kind: 'different', difference: differenceOf(wrong[0].left.log, wrong[0].right.log) };
  }
  if (rights.some((right) => lefts.some((left) => equal(left, right)))) return { kind: 'same' };
  // An error, or a callback that never comes, is no matter of order.
  const different = rights.every(isFaulty) && !lefts.some(isFaulty);
  return { kind: different ? 'different' : 'unsettled', difference: differenceOf(lefts[0].log, rights[0].log) };
}

/** @param {Transcript} transcript whether anything was thrown but what the program throws, or it never ended */
const isFaulty = ({ log }) => log.some(({ point }) => point.endsWith(' unexpected'));

/** @param {Transcript} transcript */
const inOrder = ({ order }) => order.join();

/** @param {Transcript} left @param {Transcript} right */
const equal = (left, right) => differenceOf(left.log, right.log).length === 0;

/**
 * Compares strand by strand: the first, second, ... time that each point was passed, in whatever order the points were.
 *
 * @param {Entry[]} left
 * @param {Entry[]} right
 */
function differenceOf(left, right) {
  const [expected, actual] = [byOccurrence(left), byOccurrence(right)];
  const lines = [];
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const [a, b] = [expected.get(key), actual.get(key)];
    if (a !== b) lines.push(`${key.padEnd(16)} expected ${a ?? 'nothing'}, is ${b ?? 'nothing'}`);
  }
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`] : lines;
}

/** @param {Entry[]} log */
function byOccurrence(log) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return new Map(
    log.map(({ point, seen }) => {
      const count = (counts.get(point) ?? 0) + 1;
      counts.set(point, count);
      return [count > 1 ? `${point} (${count})` : point, seen];
    }),
  );
}

module.exports = { check, compositions };
