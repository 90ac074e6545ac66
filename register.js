'use strict';

/**
 * Replaces `node:async_hooks` with this package in the whole program. Use it with
 * `node --import async-hooks-rs/register app.js` or `node --require async-hooks-rs/register app.js`.
 *
 * From then on the module `node:async_hooks` itself has this package's exports, in the program
 * and in its dependencies: for `require` in all its forms, `import`, `import()` and
 * `process.getBuiltinModule`. It is still a builtin like any other for code that resolves,
 * patches, mocks or instruments builtins, before or after this module, and Node's module loader
 * is unchanged. Parts of Node that are loaded later and use `async_hooks` themselves
 * (`node:domain`, the test runner) use this package too.
 *
 * On Node 24.12 and newer, which lose the store in callbacks of native addons, the store is kept, from the
 * first addon on that a thread loads. `ASYNC_HOOKS_RS_NATIVE_CONTEXT=0` turns that off.
 *
 * Workers inherit the flag. A Worker that is given its own `execArgv` only gets the flags in it,
 * and those in NODE_OPTIONS, which also reach child processes.
 *
 * It cannot reach:
 * - a Worker that runs a source text (`eval: true`) under `--import`, because Node does not run
 *   `--import` there: use `--require`;
 * - functions that a module preloaded earlier has taken out of `async_hooks`
 *   (`const { createHook } = …`) or has replaced: put this flag first.
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
