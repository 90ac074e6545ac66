'use strict';

/** The way by which execution got to a call of `getStore`: from there back to where the store was due. */

const { contextOf } = require('./labels');
const { upwards } = require('./path');
const { NODES } = require('./places');
const { literalOf, originalOf, takerOf } = require('./sources');
const { isStep, wordsOf } = require('./types');

/** Operations that are shown. */
const MOST_OPERATIONS = 3;

/**
 * @typedef {object} Part
 * @property {string} file
 * @property {number} line
 * @property {number} column
 * @property {string} text
 * @property {'had' | 'none' | 'never' | 'other' | ''} store whether the storage had a store there
 * @property {string} context which one, where it is known
 * @property {string} [mark] what went wrong there
 */

/** @typedef {import('./judge').Verdict} Verdict */

const PLACELESS = { file: '', line: 0, column: 0 };

/**
 * @param {{ place: import('./places').Place | null, storage: import('./storages').Storage }} site
 * @param {Verdict} verdict
 * @param {import('./places').Step[]} steps
 * @returns {Part[]}
 */
function wayOf({ place, storage }, verdict, steps) {
  const { kind, stray, own, due, found, operation } = verdict;
  const isMixed = found !== null;
  const now = isMixed ? /** @type {const} */ ('other') : /** @type {const} */ ('none');
  const context = found === null ? '' : contextOf(found);
  const at = own ?? stray;
  /** @type {Part[]} */
  const way = [{ ...where(place), text: siteText(at, steps), store: kind === 'kept' ? 'had' : now, context }];
  if (stray !== null) {
    // The functions in between call each other as they should.
    if (own !== null && own !== stray) way.push({ ...where(stray.step.place), text: `in ${calledBack(stray)}`, store: now, context });
    const nobody = kind === 'native' ? 'a native addon' : 'Node';
    const by = `${stray.by === null ? nobody : callerName(stray.by)} calls it`;
    way.push({
      ...where((stray.by ?? stray.step).place),
      text: `${by}${stray.isEmitted ? ', in an event' : ''}${stray.by === null ? inOperation(operation, kind) : ''}`,
      store: now,
      context,
      mark: isMixed ? 'mixed up here' : 'lost here',
    });
  }
  way.push(...operationsOf(verdict, storage));
  if (stray !== null) {
    const literal = (own ?? stray).literal;
    const taker = takerOf(literal);
    const made = literal.takenBy !== '' ? `given to ${literal.takenBy}() here` : `${literal.name || 'the function'} was made here`;
    way.push({
      file: literal.file,
      line: taker?.line ?? literal.line,
      column: literal.column,
      text: taker === null ? made : `${taker.name} was given to ${taker.callee}() here`,
      store: 'had',
      context: due === null ? '' : contextOf(due),
    });
  } else {
    way.push(...endOf(verdict));
  }
  return way;
}

/** @param {import('./places').Place | null} place */
function where(place) {
  return place === null ? PLACELESS : originalOf(place);
}

/**
 * @param {import('./closures').Stray | null} stray
 * @param {import('./places').Step[]} steps
 */
function siteText(stray, steps) {
  if (stray !== null) return `getStore() in ${calledBack(stray)}`;
  const name = steps.find(({ place }) => place.kind !== NODES)?.name ?? '';
  return name === '' ? 'getStore()' : `getStore() in ${name}`;
}

/** @param {import('./closures').Stray} stray */
function calledBack({ literal }) {
  if (literal.takenBy !== '') return `a callback of ${literal.takenBy}()`;
  return literal.name === '' ? 'a function' : literal.name;
}

/** @param {import('./places').Step} step */
function callerName({ name, place }) {
  return name || (literalOf(place) === null ? 'the script' : 'a function');
}

/**
 * @param {import('./path').Operation | null} operation
 * @param {import('./judge').Kind} kind
 */
function inOperation(operation, kind) {
  if (operation === null) return '';
  return kind === 'native' && operation.type === 'unknown' ? ', in no context' : `, for ${wordsOf(operation.type)}`;
}

/**
 * The operations that called, as far as they have a place.
 * @param {Verdict} verdict
 * @param {import('./storages').Storage} storage
 */
function operationsOf({ kind, stray, operation, found }, storage) {
  /** @type {Part[]} */
  const parts = [];
  for (const each of upwards(operation)) {
    if (parts.length === MOST_OPERATIONS) break;
    if (isStep(each.type) && each.place === null) continue;
    if (each.type === 'main' || each.type === 'unknown') continue;
    const token = each.frame?.tokenOf(storage);
    const has = token?.hasStore === true;
    const isStart = each.above?.type === 'main' ? ' at start' : '';
    const lostIn = kind === 'native' && stray === null && each === operation;
    parts.push({
      ...where(each.place),
      text: `${wordsOf(each.type)}${each.place === null ? '' : `, made here${isStart}`}${each.fired > 1 ? `; it has called ${each.fired} times` : ''}`,
      store: !has ? 'never' : found === null || token.root !== found.root ? 'had' : kind === 'kept' ? 'had' : 'other',
      context: has ? contextOf(token) : '',
      ...(lostIn && { mark: 'lost here' }),
      ...(kind === 'kept' && each === operation && { mark: 'kept here' }),
    });
    // What lies behind it has no part in a loss.
    if (!has && !isStep(each.type)) break;
  }
  return parts;
}

/**
 * @param {Verdict} verdict without a function that is out of its context
 * @returns {Part[]}
 */
function endOf({ kind, due, found, handOver, step }) {
  const token = due ?? found;
  if (handOver !== null) {
    const text = `the listener of '${handOver.event}' was added here`;
    return [{ ...where(handOver.place), text, store: 'had', context: token === null ? '' : contextOf(token) }];
  }
  if (token === null) return [];
  const entered = { ...where(token.place), context: contextOf(token) };
  switch (kind) {
    case 'left':
      return [
        {
          ...entered,
          text: `${token.kind}(${token.kind === 'exit' ? '' : 'undefined'}) here`,
          store: 'none',
          context: '',
          mark: 'lost here',
        },
        ...(token.around === undefined ? [] : endOf({ ...EMPTY, due: token.around })),
      ];
    case 'disabled':
      return [
        { ...where(token.storage.disabledAt), text: 'disable() here', store: 'none', context: '', mark: 'lost here' },
        { ...entered, text: `${token.kind}() here`, store: 'had' },
      ];
    case 'outside':
      return [
        ...(step === null
          ? []
          : [
              {
                ...where(step.place),
                text: `${step.name || 'the function'} asks behind the run`,
                store: /** @type {const} */ ('none'),
                context: '',
              },
            ]),
        { ...entered, text: 'run() here, which has ended by then', store: 'had', mark: 'lost here' },
      ];
    case 'not-reached':
      return [{ ...entered, text: `${token.kind}() here, where the caller does not get it`, store: 'had', mark: 'lost here' }];
    default:
      return [{ ...entered, text: `${token.kind}() here`, store: 'had' }];
  }
}

/** @type {Verdict} */
const EMPTY = { kind: 'queue', stray: null, own: null, due: null, found: null, operation: null, handOver: null, step: null };

module.exports = { wayOf };
