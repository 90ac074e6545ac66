'use strict';

/**
 * Drop-in registration, for `node --require async-hooks-rs/register` and
 * `node --import async-hooks-rs/register`.
 *
 * From here on the module `node:async_hooks` itself has this package's exports, whoever asks
 * for it: by `require` in all its forms, by `import` and `import()`, by
 * `process.getBuiltinModule`, in the program and in its dependencies. It stays a builtin like
 * any other to those who resolve, patch, mock or instrument builtins, before or after this
 * one, and Node's module loader stays untouched. Parts of Node that are loaded later and use
 * `async_hooks` themselves (`node:domain`, the test runner) work with this package too.
 *
 * Callbacks of native addons keep their stores where Node loses them (24.12 and newer), from the first addon on that a thread loads.
 * `ASYNC_HOOKS_RS_NATIVE_CONTEXT=0` leaves them as Node has them.
 *
 * Workers inherit the flag. One that is given an `execArgv` of its own has only what that
 * says, unless the flag stands in NODE_OPTIONS, which reaches it, and child processes too.
 *
 * What cannot be reached:
 * - a Worker of a source text (`eval: true`) under `--import`, which Node does not run there:
 *   use `--require`, which it does;
 * - what a module that was preloaded before this one has taken out of `async_hooks`
 *   (`const { createHook } = …`), and a function that it has put in the place of Node's, which
 *   stays: put this flag first.
 */

/**
 * Whether this is the thread in which Node runs the hooks of `module.register`. It preloads
 * what the program preloads, and nothing of the program runs in it.
 */
function inHooksThread() {
  // Tells a main thread without `node:worker_threads`, whose loading is most of what
  // registration would cost.
  if (!(/** @type {any} */ (process.chdir).disabled)) return false;
  return /** @type {any} */ (require('node:worker_threads')).isInternalThread === true;
}

if (!inHooksThread()) {
  const instance = require('./lib/instance');
  require('./lib/register/replace').replaceExports(instance);
  instance.keepNativeContext();
}
