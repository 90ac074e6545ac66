'use strict';

/**
 * `instanceof` where Node's own class made the object: in Node's internals, in a module that
 * took `node:async_hooks` itself. To those who use this package in its place, it is an instance too.
 */

const ordinaryHasInstance = Function.prototype.call.bind(Function.prototype[Symbol.hasInstance]);

/**
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

module.exports = { countInstances };
