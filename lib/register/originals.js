'use strict';

/**
 * What Node itself exports as `async_hooks`, however the module was changed since.
 *
 * The first copy of the package in a thread keeps it on Node's module, under a symbol that
 * every copy knows. So a copy that comes later, from another folder, bundled or in a vm
 * context, finds Node's own functions even if the module shows those of this package.
 */

const { getBuiltinModule } = require('node:process'); // The global is not in every vm context.

const kOriginals = Symbol.for('async-hooks-rs.originals');

/**
 * Node's module, the object that `require` and `import` of whatever maker give. A loader or
 * a mock may answer `require` with something else; `process.getBuiltinModule` it leaves alone.
 * @returns {any}
 */
function asyncHooks() {
  return getBuiltinModule?.('node:async_hooks') ?? require('node:async_hooks'); // Node < 20.16
}

/** @returns {typeof import('node:async_hooks')} */
function originals() {
  const changeable = asyncHooks();
  if (changeable[kOriginals] === undefined) {
    Object.defineProperty(changeable, kOriginals, { value: { ...changeable } });
  }
  return changeable[kOriginals];
}

module.exports = { asyncHooks, originals };
