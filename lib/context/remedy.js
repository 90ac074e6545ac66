'use strict';

/** What to write where, so that a store is kept: in the words of the program. */

const path = require('node:path');

const { isForeign } = require('./types');
const { nameOf } = require('./labels');
const { NODES, PACKAGES, packageOf } = require('./places');
const { literalOf, originalOf, takerOf } = require('./sources');
const { shortened } = require('./words');

/** @typedef {import('./judge').Verdict} Verdict */

/**
 * @param {import('./places').Place | null | undefined} place
 * @returns {string}
 */
function at(place) {
  if (place === null || place === undefined) return '';
  const { file, line } = originalOf(place);
  return ` at ${path.basename(file)}:${line}`;
}

/**
 * @param {import('./storages').Storage} storage
 * @param {Verdict} verdict
 * @param {import('./places').Step[]} steps
 * @returns {string}
 */
function remedyOf(storage, verdict, steps) {
  const { kind, own, stray, due, operation, handOver } = verdict;
  const name = nameOf(storage);
  switch (kind) {
    case 'left':
      return `ask before ${due?.kind}()${at(due?.place)}, or leave that out: what runs in it has no store`;
    case 'disabled':
      return `leave out disable()${at(storage.disabledAt)}: it takes the store away from all that runs; use ${name}.exit(callback) for a part`;
    case 'outside':
      if (due?.isUsed === false) return `call what goes on within the callback of run()${at(due.place)}: the store ends with it`;
      return `ask within the callback of run()${at(due?.place)}, or let it return what is needed: the store ends with it`;
    case 'not-reached':
      return `${name}.run(store, () => …) around what needs the store${byCaller(steps)}, instead of ${due?.kind}()${at(due?.place)}; or ${due?.kind}() in the caller, before any await of the callee`;
    case 'thenable':
      if (own !== null) break;
      return `call .then() within the context, as in new Promise((resolve, reject) => query.then(resolve, reject)), or bind${thenOf(steps)} with AsyncResource.bind: V8 calls it in no context`;
    case 'native':
      if (stray !== null) {
        const remedy = own === null ? ofPackages(verdict, name) : bound(own, verdict);
        return `${remedy}, or the promise API: a native addon calls it, and does not keep the context${keeps(operation)}`;
      }
      return `AsyncResource.bind(callback)${at(operation?.place)}, or the promise API of what calls it: ${operation?.type} is a native addon's, and does not keep the context`;
    case 'kept':
      return `${name}.exit(() => …) around what is made${at(operation?.place)}: it goes on when the run is over`;
  }
  if (handOver !== null) return `AsyncResource.bind(listener)${at(handOver.place)}, where the '${handOver.event}' listener is added`;
  if (own === null && stray !== null) return ofPackages(verdict, name);
  return own === null ? '' : bound(own, verdict);
}

/**
 * An operation of an addon has the context; what calls back with none at all has not.
 * @param {import('./path').Operation | null} operation
 */
function keeps(operation) {
  return operation !== null && isForeign(operation.type) ? '. With async-hooks-rs/register it is kept' : '';
}

/**
 * @param {import('./closures').Stray} own
 * @param {Verdict} verdict
 */
function bound({ literal, by }, { kind }) {
  const file = path.basename(literal.file);
  const where = by === null || by.place.kind === NODES || by.place.kind === PACKAGES ? '' : waits(by, literal);
  if (literal.isGenerator || kind === 'generator') {
    return `consume ${literal.name || 'the generator'} (${file}:${literal.line}) where its context is, or call next through AsyncResource.bind(() => iterator.next())`;
  }
  if (literal.takenBy !== '')
    return `${shortened(literal.takenBy)}(… AsyncResource.bind(${callbackName(literal)}))${place(literal, literal.line)}${where}`;
  const taker = takerOf(literal);
  if (taker !== null) return `${taker.callee}(… AsyncResource.bind(${taker.name}))${place(literal, taker.line)}${where}`;
  return `AsyncResource.bind(${literal.name || 'the function'})${place(literal, literal.line)}, where it is made${where}`;
}

/**
 * @param {import('./sources').Literal} literal
 * @param {number} line
 */
function place(literal, line) {
  return ` at ${path.basename(literal.file)}:${line}`;
}

/** @param {import('./sources').Literal} literal */
function callbackName({ name }) {
  return name === '' ? 'callback' : name;
}

/**
 * @param {import('./places').Step} by
 * @param {import('./sources').Literal} literal
 */
function waits({ place, name }, literal) {
  const caller = literalOf(place);
  if (caller === literal) return '';
  const { file, line } = originalOf(place);
  return `, or AsyncLocalStorage.bind where callbacks wait for ${name || 'the call'} in ${path.basename(file)}:${line}`;
}

/** @param {import('./places').Step[]} steps */
function byCaller(steps) {
  const step = steps.find(({ place }) => place.kind !== NODES);
  return step === undefined ? '' : ` (${step.name === '' ? '' : `${step.name}, `}${at(step.place).slice(' at '.length)})`;
}

/** @param {import('./places').Step[]} steps */
function thenOf(steps) {
  const step = steps.findLast(({ place, isAsync }) => !isAsync && place.kind !== NODES);
  return step === undefined ? '' : ` ${step.name} (${at(step.place).slice(' at '.length)})`;
}

/**
 * @param {Verdict} verdict
 * @param {string} name
 */
function ofPackages({ stray }, name) {
  const { literal, by } = /** @type {import('./closures').Stray} */ (stray);
  const names = [literal.file, ...(by === null ? [] : [originalOf(by.place).file])].map(packageOf).filter(Boolean);
  return `${[...new Set(names)].join(' and ')}: bind the callback you give (AsyncResource.bind), or put ${name}.run() after it`;
}

module.exports = { remedyOf };
