'use strict';

/**
 * Why a call to `getStore` found nothing, or something of somebody else's. Each rule asks for a sign that a store was due: a program
 * may ask anywhere, and finding nothing is mostly right.
 */

const { builtin } = require('./node');
const { isShared, straysAmong, wasAtHome } = require('./closures');
const { handOverOf } = require('./listeners');
const { upwards } = require('./path');
const { NODES, PROGRAMS } = require('./places');
const { isBehindCall, literalOf } = require('./sources');
const { isForeign, isServer, isStep } = require('./types');

/** What an operation that is kept calls back at least. */
const OFTEN = 3;

/** @typedef {import('./closures').Stray} Stray */
/** @typedef {import('./storages').Storage} Storage */
/** @typedef {import('./tokens').Token} Token */
/** @typedef {import('./path').Operation} Operation */

/**
 * @typedef {'left' | 'disabled' | 'queue' | 'listener' | 'body' | 'timer' | 'worker' | 'generator' | 'native' | 'thenable' | 'outside' |
 *   'not-reached' | 'mixed' | 'kept'} Kind
 */

/**
 * @typedef {object} Verdict
 * @property {Kind} kind
 * @property {Stray | null} stray the function that is out of its context, the outermost one
 * @property {Stray | null} own the outermost one that is the program's own
 * @property {Token | null} due what should have been found, or what took it away
 * @property {Token | null} found what was found instead
 * @property {Operation | null} operation in which it went wrong
 * @property {import('./listeners').HandOver | null} handOver
 * @property {import('./places').Step | null} step of the function that should have asked elsewhere
 */

/**
 * @param {Kind} kind
 * @param {Partial<Verdict>} more
 * @returns {Verdict}
 */
function verdict(kind, more) {
  return { kind, stray: null, own: null, due: null, found: null, operation: null, handOver: null, step: null, ...more };
}

/**
 * @param {Storage} storage
 * @param {Token | undefined} token
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 * @returns {Verdict | null} null where there is no sign that a store was due
 */
function judgeMiss(storage, token, steps, operation) {
  if (token !== undefined && token.hasStore) return verdict('disabled', { due: token, operation });
  if (token !== undefined && token.around?.hasStore === true) return verdict('left', { due: token, operation });
  return (
    lost(storage, steps, operation) ??
    lostListener(storage, steps, operation) ??
    lostInAddon(storage, token, operation) ??
    lostInThen(storage, steps, operation) ??
    outside(storage, steps, operation) ??
    inVain(storage, operation) ??
    notReached(storage, operation)
  );
}

/**
 * @param {Storage} storage
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 */
function lost(storage, steps, operation) {
  const hasStore = (/** @type {Stray} */ { mismatch }) => mismatch.activation.frame.tokenOf(storage)?.hasStore === true;
  const { strays, at } = strayingIn(steps, operation, hasStore, (frame) => frame?.tokenOf(storage)?.hasStore !== true);
  const stray = strays.at(-1);
  if (stray === undefined) return null;
  const due = stray.mismatch.activation.frame.tokenOf(storage) ?? null;
  const kind = isOfAddon(storage, stray, at) ? 'native' : kindOfLoss(stray, at);
  return verdict(kind, { stray, own: ownAmong(strays), due, operation: at });
}

/**
 * The functions that are out of their context, and the operation in which they are: the outermost ones on the way up.
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 * @param {(stray: Stray) => boolean} isWanted
 * @param {(frame: Operation['frame']) => boolean} goesOn whether the way goes on through an operation with that frame
 */
function strayingIn(steps, operation, isWanted, goesOn) {
  let strays = straysAmong(steps).filter(isWanted);
  let at = operation;
  for (const each of upwards(operation)) {
    if (!goesOn(each.frame)) break;
    const noted = each.noted?.filter(isWanted) ?? [];
    if (noted.length === 0) continue;
    strays = noted;
    at = each.above ?? each;
  }
  return { strays, at };
}

/** @param {Stray[]} strays */
function ownAmong(strays) {
  return strays.findLast(({ step }) => step.place.kind === PROGRAMS) ?? null;
}

/**
 * Whether an addon has called the function: for an operation of its own that had the store, or with no context at all.
 * @param {Storage} storage
 * @param {Stray} stray
 * @param {Operation} operation
 */
function isOfAddon(storage, { by, literal }, operation) {
  if (isForeign(operation.type)) return operation.frame?.tokenOf(storage)?.hasStore === true;
  return (
    operation.type === 'unknown' &&
    by === null &&
    literal.takenBy !== 'FinalizationRegistry' &&
    builtin.executionAsyncId() === 0 &&
    hasAddon()
  );
}

/** Whether an addon is loaded, besides the one of this package. */
function hasAddon() {
  for (const file of Object.keys(require.cache)) if (file.endsWith('.node') && !/[\\/]async-hooks-rs[^\\/]*\.node$/.test(file)) return true;
  return false;
}

/**
 * @param {Stray} stray
 * @param {Operation} operation
 * @returns {Kind}
 */
function kindOfLoss({ literal, isEmitted }, operation) {
  if (literal.isGenerator) return 'generator';
  // Those of a promise always run in their context.
  if (/\.(?:then|catch|finally)$/.test(literal.takenBy)) return 'thenable';
  const type = causeOf(operation)?.type ?? '';
  if (type === 'MESSAGEPORT' || type === 'WORKER') return 'worker';
  if (isEmitted) return type === 'HTTPINCOMINGMESSAGE' ? 'body' : 'listener';
  if (type === 'Interval' || type === 'Timeout') return 'timer';
  return 'queue';
}

/**
 * @param {Operation} operation
 * @returns {Operation | null} it, or what it is a step of
 */
function causeOf(operation) {
  for (const each of upwards(operation)) if (!isStep(each.type)) return each;
  return null;
}

/**
 * @param {Storage} storage
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 */
function lostListener(storage, steps, operation) {
  for (let at = 0; at < steps.length - 1 && !steps[at].isAsync; at++) {
    const literal = steps[at + 1].isEmit ? literalOf(steps[at].place) : null;
    const handOver = literal === null ? null : handOverOf(literal.tag, literal.number);
    const due = handOver?.frame.tokenOf(storage);
    if (handOver === null || due?.hasStore !== true) continue;
    const type = causeOf(operation)?.type ?? '';
    const kind = type === 'MESSAGEPORT' || type === 'WORKER' ? 'worker' : type === 'HTTPINCOMINGMESSAGE' ? 'body' : 'listener';
    return verdict(kind, { due, operation, handOver });
  }
  return null;
}

/**
 * @param {Storage} storage
 * @param {Token | undefined} token
 * @param {Operation} operation
 */
function lostInAddon(storage, token, operation) {
  const due = operation.frame?.tokenOf(storage);
  if (token !== undefined || due?.hasStore !== true || !isForeign(operation.type)) return null;
  return verdict('native', { due, operation });
}

/**
 * V8 calls the `then` of what is no promise in a microtask that belongs to nothing.
 * @param {Storage} storage
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 */
function lostInThen(storage, steps, operation) {
  const sync = steps.filter(({ isAsync }) => !isAsync);
  const outermost = sync.at(-1);
  if (builtin.executionAsyncId() !== 0 || outermost === undefined || storage.entered === 0) return null;
  if (!/(?:^|\.)then$/.test(outermost.name) || outermost.place.kind === NODES) return null;
  return verdict('thenable', { operation });
}

/**
 * A function that makes a `run` and asks for the store behind it.
 * @param {Storage} storage
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 */
function outside(storage, steps, operation) {
  const last = operation.request === null ? 1 : steps.length;
  const own = steps.filter(({ place, isAsync }) => !isAsync && place.kind !== NODES);
  for (const step of own.slice(0, last)) {
    const { place } = step;
    const literal = literalOf(place);
    if (literal === null) continue;
    const due = storage.runs.findLast(
      (run) => run.kind === 'run' && run.place !== null && literalOf(run.place) === literal && isBehindCall(run.place, place),
    );
    const made = due?.operation.deref();
    if (due === undefined || made === undefined) continue;
    for (const each of upwards(operation)) if (each === made) return verdict('outside', { due, operation, step });
  }
  return null;
}

/**
 * All runs of the request have ended before anything asked for their stores, and nothing goes on in them.
 * @param {Storage} storage
 * @param {Operation} operation
 */
function inVain(storage, operation) {
  const { request } = operation;
  if (request === null) return null;
  const runs = storage.runs.filter((run) => run.kind === 'run' && run.request === request);
  if (runs.length === 0 || runs.some(({ wasRead, isUsed }) => wasRead || isUsed)) return null;
  const due = runs[runs.length - 1];
  const made = due.operation.deref();
  for (const each of upwards(operation)) {
    if (each === made) return verdict('outside', { due, operation });
  }
  return null;
}

/**
 * What a callee has entered behind an `await` of its own does not come back with its promise.
 * @param {Storage} storage
 * @param {Operation} operation
 */
function notReached(storage, operation) {
  for (const each of upwards(operation)) {
    if (!isStep(each.type)) break;
    const due = each.missed?.map((frame) => frame.tokenOf(storage)).find((token) => token?.hasStore && token.kind !== 'run');
    if (due !== undefined && !isItsOwn(due, operation)) return verdict('not-reached', { due, operation: each });
  }
  return enteredInHook(storage, operation);
}

/**
 * Node's test runner runs hooks and tests in scopes of their own.
 * @param {Storage} storage
 * @param {Operation} operation
 */
function enteredInHook(storage, operation) {
  const isIn = (/** @type {Operation | null} */ from, /** @type {string} */ type) => {
    for (const each of upwards(from)) if (each.type === type) return true;
    return false;
  };
  if (!isIn(operation, 'Test')) return null;
  const due = storage.runs.findLast((token) => token.kind !== 'run' && isIn(token.operation.deref() ?? null, 'TestHook'));
  return due === undefined ? null : verdict('not-reached', { due, operation });
}

/**
 * Jobs that enter a context for themselves use it. Whoever enters one for the caller does not come to that.
 * @param {Token} due
 * @param {Operation} operation
 */
function isItsOwn({ wasRead, storage, place }, operation) {
  return wasRead && operation.request === null && storage.runs.filter((each) => each.place === place).length > 1;
}

/**
 * @param {Storage} storage
 * @param {Token} token
 * @param {import('./places').Step[]} steps
 * @param {Operation} operation
 * @returns {Verdict | null}
 */
function judgeFind(storage, token, steps, operation) {
  const isOfAnother = (/** @type {Stray} */ { mismatch, literal }) => {
    const due = mismatch.activation.frame.tokenOf(storage);
    return literal.role !== 'method' && due?.hasStore === true && due.root !== token.root && !due.isAround(token) && !token.isAround(due);
  };
  const { strays, at } = strayingIn(steps, operation, isOfAnother, (frame) => frame?.tokenOf(storage)?.root === token.root);
  const stray = strays.at(-1);
  if (stray === undefined) return null;
  const due = stray.mismatch.activation.frame.tokenOf(storage) ?? null;
  return verdict('mixed', { stray, own: ownAmong(strays), due, found: token, operation: at });
}

/**
 * A store whose run is over, in what goes on and on.
 * @param {Storage} storage
 * @param {Token} token
 * @param {Operation} operation
 * @returns {Verdict | null}
 */
function judgeKept(storage, token, operation) {
  if (!token.isOver) return null;
  let kept = null;
  for (const each of upwards(operation)) {
    if (each.frame?.tokenOf(storage)?.root !== token.root) break;
    // What starts a server gives its context to all that the server does.
    if (isServer(each.type)) return null;
    if (kept === null && each.fired >= OFTEN && !isStep(each.type)) kept = each;
  }
  return kept === null ? null : verdict('kept', { found: token, operation: kept });
}

/**
 * Whether what was said of a function is to be taken back: it turned out to be one for many contexts.
 * @param {Pick<Verdict, 'kind' | 'stray'>} verdict
 * @param {Storage} storage
 */
function isTakenBack({ kind, stray }, storage) {
  if (stray === null) return false;
  const { mismatch, literal } = stray;
  if (isShared(mismatch, storage, kind === 'mixed')) return true;
  // A method of something that was made lazily, and is used by whoever comes.
  return kind !== 'mixed' && literal.role === 'method' && wasAtHome(mismatch);
}

module.exports = { causeOf, isTakenBack, judgeFind, judgeKept, judgeMiss };
