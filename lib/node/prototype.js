'use strict';

/** What a class shows of itself to those who look. */

/**
 * Puts the methods that a class inherits on its own prototype, where Node's class has them,
 * in the same order: there people look for them, and there they wrap them.
 * @param {Function} ours
 * @param {Function} builtin
 */
function showMethods(ours, builtin) {
  const names = new Set(['constructor', ...Object.getOwnPropertyNames(builtin.prototype), ...inherited(ours.prototype, builtin)]);
  for (const name of names) {
    const descriptor = /** @type {PropertyDescriptor} */ (find(ours.prototype, name));
    delete ours.prototype[name];
    Object.defineProperty(ours.prototype, name, descriptor);
  }
}

/**
 * @param {object} prototype
 * @param {Function} builtin
 * @returns {string[]} what is on the way from one to the other
 */
function inherited(prototype, builtin) {
  if (prototype === builtin.prototype) return [];
  return [...inherited(Object.getPrototypeOf(prototype), builtin), ...Object.getOwnPropertyNames(prototype)];
}

/**
 * @param {object} prototype
 * @param {string} name
 * @returns {PropertyDescriptor | undefined}
 */
function find(prototype, name) {
  if (prototype === null) return undefined;
  return Object.getOwnPropertyDescriptor(prototype, name) ?? find(Object.getPrototypeOf(prototype), name);
}

const ordinaryHasInstance = Function.prototype.call.bind(Function.prototype[Symbol.hasInstance]);

/**
 * `instanceof` where Node's own class made the object: in Node's internals, in a module that took `node:async_hooks` itself. To
 * those who use this package in its place, it is an instance too.
 * @param {Function} ours
 * @param {Function} builtin the class of Node's that it extends
 */
function countInstances(ours, builtin) {
  const { hasInstance } = Symbol;
  const { [hasInstance]: value } = {
    /**
     * @this {Function}
     * @param {unknown} object
     */
    [hasInstance](object) {
      // Subclasses inherit this, and have instances of their own.
      return this === ours ? object instanceof builtin : ordinaryHasInstance(this, object);
    },
  };
  Object.defineProperty(ours, hasInstance, { value });
}

module.exports = { countInstances, showMethods };
