'use strict';

/**
 * What Node itself exports as `async_hooks`, however the module was changed since.
 *
 * The first copy of the package in a thread keeps it on Node's module, under a symbol that
 * every copy knows. So a copy that comes later, from another folder, bundled or in a vm
 * context, finds Node's own functions even if the module shows those of this package.
 */

const { _load } = /** @type {any} */ (require('node:module'));
const { getBuiltinModule } = require('node:process'); // The global is not in every vm context.

/** @typedef {typeof import('node:async_hooks')} AsyncHooks */

const ID = 'node:async_hooks';
/** Under this symbol Node's own module has the instance. The number changes when copies could no longer work together. */
const KEY = Symbol.for('async-hooks-rs.instance.1');
const kOriginals = Symbol.for('async-hooks-rs.originals');

/**
 * Node's module, and not what a mock or an instrumented loader answers in its place. Nor may
 * asking make them patch it before this package is in it. Loader hooks leave
 * `process.getBuiltinModule` alone; those who patch that and `require` leave `Module._load`.
 * @returns {any}
 */
function asyncHooks() {
  const ways = [() => getBuiltinModule?.(ID), () => _load?.(ID, null, false)];
  if (!isNodesOwn('getBuiltinModule', getBuiltinModule)) ways.reverse();
  for (const way of ways) {
    const answer = way();
    if (answer !== undefined && isNodes(answer)) return answer;
  }
  return require(ID);
}

/** @param {any} module */
function isNodes(module) {
  if (kOriginals in module) return true;
  // What Node makes when it is asked for is made for nobody else.
  return Object.entries(Object.getOwnPropertyDescriptors(module)).every(([name, { get, value }]) =>
    get === undefined ? isNodesOwn(name, value) : isNodesGetter(name, get),
  );
}

/** @returns {AsyncHooks} */
function originals() {
  const changeable = asyncHooks();
  if (changeable[kOriginals] === undefined) {
    Object.defineProperty(changeable, kOriginals, { value: Object.create(Object.prototype, Object.getOwnPropertyDescriptors(changeable)) });
  }
  return changeable[kOriginals];
}

/**
 * Whether it is what Node exports under that name, as far as its source text tells. Nothing else does.
 * @param {string} name
 * @param {unknown} value
 */
function isNodesOwn(name, value) {
  if (typeof value !== 'function') return true;
  const text = Function.prototype.toString.call(value);
  return text.startsWith(`function ${name}(`) || text.startsWith(`class ${name} {`);
}

/**
 * @param {string} name
 * @param {Function} getter
 */
function isNodesGetter(name, getter) {
  return Function.prototype.toString.call(getter).startsWith(`get ${name}() {`);
}

module.exports = { KEY, asyncHooks, isNodesOwn, originals };
