'use strict';

/**
 * Drop-in registration, for `node --require async-hooks-rs/register` and
 * `node --import async-hooks-rs/register`.
 *
 * From here on user code and its dependencies get this package wherever they ask for
 * `async_hooks` or `node:async_hooks`: by `require` in all its forms, by `import` and
 * `import()`, and by `process.getBuiltinModule`. What they ask about it is answered as
 * before: `require.resolve`, `module.isBuiltin`, `module.builtinModules`. Only
 * `import.meta.resolve` names the file that `import` loads. Node's internals keep the
 * builtin, whose exports are never touched.
 *
 * Workers inherit the flag. One that is given an `execArgv` of its own has only what that
 * says, unless the flag stands in NODE_OPTIONS, which reaches it, and child processes too.
 *
 * What cannot be reached:
 * - a Worker of a source text (`eval: true`) under `--import`, which Node does not run there:
 *   use `--require`, which it does;
 * - modules preloaded before this one keep what they took: put this flag first;
 * - the imports of an ES module that is loaded by `require()`, where Node has no
 *   `module.registerHooks` (20.19 and later 20.x, 22.12 to 22.14): Node asks no hook about them;
 * - `import` on Node 20.0 to 20.5, which have no `module.register` either.
 */

const { builtinOf, present } = require('./lib/register/identity');
const { inHooksThread, redirectImports } = require('./lib/register/import');
const { loadUnseen } = require('./lib/unseen');

const answered = require('node:async_hooks');

// A second registration, by another copy of the package, leaves everybody with the first.
if (builtinOf(answered) === undefined && !inHooksThread()) {
  const ours = require('./index.js');
  present(ours, answered);
  loadUnseen('register/require', () => require('./lib/register/require')).redirectRequires(answered, ours);
  redirectImports();
}
