'use strict';
/** Where two runs of one part first differ, with its surroundings. */

const { heldBack } = require('./held-back');

/**
 * @typedef {import('./part').Part} Part
 *
 * @typedef {object} Difference
 * @property {string} part which part of the run it is in
 * @property {'line' | 'violation' | 'ending' | 'destroy' | 'missing'} kind
 * @property {number} index the line at which it is; all lines before are the same
 * @property {string} message
 * @property {string[]} before the lines just before it, from both sides
 * @property {string[]} builtin the builtin's lines from it on
 * @property {string[]} ours our lines from it on
 */

const SURROUNDING = 5;
const NAMED = 5;

/**
 * @param {string} name
 * @param {Part | undefined} builtin
 * @param {Part | undefined} ours
 * @returns {Difference | null} null when both are the same
 */
function findDifference(name, builtin, ours) {
  if (!builtin || !ours) return builtin === ours ? null : missing(name, builtin ? 'ours' : 'the builtin');
  const index = commonLength(builtin.lines, ours.lines);
  /** @type {(kind: Difference['kind'], index: number, message: string) => Difference} */
  const difference = (kind, at, message) => ({
    part: name,
    kind,
    index: at,
    message,
    before: builtin.lines.slice(Math.max(0, at - SURROUNDING), at),
    builtin: builtin.lines.slice(at, at + SURROUNDING + 1),
    ours: ours.lines.slice(at, at + SURROUNDING + 1),
  });
  if (index < Math.max(builtin.lines.length, ours.lines.length)) {
    return difference('line', index, 'not the same, or not in the same order');
  }
  if (builtin.settled !== ours.settled) {
    const [ended, cut] = builtin.settled ? ['the builtin', 'ours'] : ['ours', 'the builtin'];
    return difference('ending', index, `with ${ended} it ends by itself, with ${cut} in the middle`);
  }
  const violations = exclusive(builtin.violations, ours.violations);
  if (violations) return difference('violation', index, violations.message);
  const destroys = exclusive(builtin.destroyed, [...ours.destroyed, ...heldBack(builtin, ours)]);
  if (!destroys) return null;
  const at = builtin.announcedAt[destroys.first] ?? ours.announcedAt[destroys.first];
  return difference('destroy', at, `destroyed ${destroys.message}`);
}

/**
 * @param {string} part
 * @param {string} side
 * @returns {Difference}
 */
function missing(part, side) {
  return { part, kind: 'missing', index: 0, message: `nothing was recorded with ${side}`, before: [], builtin: [], ours: [] };
}

/**
 * @param {string[]} builtin
 * @param {string[]} ours
 */
function commonLength(builtin, ours) {
  const length = Math.min(builtin.length, ours.length);
  for (let index = 0; index < length; index++) if (builtin[index] !== ours[index]) return index;
  return length;
}

/**
 * What only one of two lists holds.
 * @param {string[]} builtin
 * @param {string[]} ours
 */
function exclusive(builtin, ours) {
  const sides = /** @type {const} */ ([
    ['the builtin', without(builtin, ours)],
    ['ours', without(ours, builtin)],
  ]);
  const messages = sides
    .filter(([, list]) => list.length > 0)
    .map(([side, list]) => {
      const more = list.length > NAMED ? ` and ${list.length - NAMED} more` : '';
      return `only with ${side}: ${list.slice(0, NAMED).join(', ')}${more}`;
    });
  return messages.length === 0 ? null : { message: messages.join('; '), first: [...sides[0][1], ...sides[1][1]][0] };
}

/**
 * @param {string[]} list
 * @param {string[]} other
 */
function without(list, other) {
  const set = new Set(other);
  return list.filter((item) => !set.has(item));
}

/**
 * How far two runs go together, to choose the pair that tells most.
 * @param {Difference | null} difference
 */
function closeness(difference) {
  if (difference === null) return Infinity;
  if (difference.kind === 'missing') return -1;
  return difference.kind === 'line' ? difference.index : Number.MAX_SAFE_INTEGER;
}

module.exports = { closeness, findDifference };
