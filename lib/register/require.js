'use strict';

/** Redirects `require` and `process.getBuiltinModule`. */

const Module = /** @type {any} */ (require('node:module'));

/**
 * @param {object} builtin
 * @param {object} ours
 */
function redirectRequires(builtin, ours) {
  redirectLoad(builtin, ours);
  redirectGetBuiltinModule(builtin, ours);
}

/**
 * Every `require`, of whatever maker, ends in `Module._load`. Node's own answer is taken
 * first, so that a mock in `require.cache` and another library's patch keep their say.
 * @param {object} builtin
 * @param {object} ours
 */
function redirectLoad(builtin, ours) {
  const load = Module._load;
  // The parameters that are not used keep its length.
  Module._load = function(
    /** @type {string} */ request, /** @type {object} */ _parent, /** @type {boolean} */ _isMain) {
    const exports = Reflect.apply(load, this, arguments);
    // A file may export the builtin too, as lib/builtin.js of another copy does.
    const asked = request === 'async_hooks' || request === 'node:async_hooks';
    return asked && exports === builtin ? ours : exports;
  };
}

/**
 * @param {object} builtin
 * @param {object} ours
 */
function redirectGetBuiltinModule(builtin, ours) {
  const descriptor = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule');
  if (descriptor === undefined) return; // Node < 20.16
  const original = descriptor.value;
  descriptor.value = function getBuiltinModule(/** @type {string} */ id) {
    const exports = original(id);
    return exports === builtin ? ours : exports;
  };
  Object.defineProperty(process, 'getBuiltinModule', descriptor);
}

module.exports = { redirectRequires };
