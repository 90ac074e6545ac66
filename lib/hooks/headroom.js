'use strict';

/**
 * Room on the stack for leaving what was entered.
 *
 * The runtime's stack of contexts is damaged for good when the stack of calls overflows while a scope is being entered
 * or left: the process dies of it. So before a scope is entered, it is made sure that the overflow comes now, when
 * nothing has happened yet, or inside of what runs in the scope, but not in between.
 */

const builtin = require('../node/builtin');
const { evaluate } = require('../node/loader');
const { probe } = require('../node/symbols');
const { layout, fields } = require('../engine/thread');

const { stackDepth: STACK_DEPTH, stackCapacity: STACK_CAPACITY } = layout;

/** Words of the stack that entering and leaving take, with hooks that do little. */
const SLOTS = 512;
/** Calls that take as much of the stack as V8 asks for when it compiles a function (40 KB), and the above. */
const CALLS = 700;

/**
 * Makes a function whose frame is {@link SLOTS} words long: one for each of its variables. It does nothing but fit the stack, or throw the
 * RangeError of a stack overflow.
 *
 * A call costs a comparison once it is optimized: V8 asks that a function's frame fit as the interpreter would lay it out, used
 * or not, for as long as there is a way back to the interpreter. The condition, which never holds, is such a way. V8's middle
 * compiler (Maglev, Node 24 and 26) does not always keep to that, which shows with small stacks (docs/reliability.md).
 * @returns {() => void}
 */
function makeReserve() {
  const variables = Array.from({ length: SLOTS }, (_, index) => `word${index}`).join();
  const body = `if (fields[at] > most) never(); return; var ${variables}; ${variables};`;
  const source = `(function (fields, at, most, never) { return function reserve() { 'use strict'; ${body} }; })`;
  return evaluate(source, 'hooks/headroom')(fields, STACK_DEPTH, STACK_CAPACITY, () => {});
}

/**
 * Does the same for the first time, when the functions that leave a scope, and those of hooks, are still to be compiled.
 * @returns {number}
 */
function reserveToCompile(calls = CALLS) {
  return calls === 0 ? 0 : reserveToCompile(calls - 1) + 1;
}

/** Whether all that a scope takes is compiled: one was left since hooks that hear of it were enabled or disabled. */
const scopes = { areCompiled: false };

// Compiles what Node does in a scope, so that the first one of the program is like any other. Node decides how scopes keep stores when
// somebody asks for its storages: other functions do it from then on.
builtin.AsyncLocalStorage; // eslint-disable-line no-unused-expressions
probe.runInAsyncScope(() => {});
scopes.areCompiled = true;

module.exports = { makeReserve, reserveToCompile, scopes };
