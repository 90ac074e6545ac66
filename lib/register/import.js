'use strict';

/**
 * Redirects `import`: by a hook in this thread where Node has `module.registerHooks`, else
 * by one in its hooks thread.
 */

const Module = /** @type {any} */ (require('node:module'));
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const kHooksThread = 'async-hooks-rs.hooks-thread';

/**
 * What `import` loads instead. To a CommonJS importer it is CommonJS too: `require` asks the
 * same hooks as `import()` there if another loader supplied the source, and would get the
 * namespace of an ES module, on older Nodes nothing.
 */
const faces = {
  module: { url: urlOf('../../index.mjs'), format: 'module' },
  commonjs: { url: urlOf('commonjs.js'), format: 'commonjs' },
};

/**
 * Whether this is the thread in which Node runs the hooks of `module.register`. It preloads
 * what the program preloads, and nothing of the program runs in it.
 */
function inHooksThread() {
  // Tells a main thread without `node:worker_threads`, whose loading is most of what
  // registration would cost.
  if (!(/** @type {any} */ (process.chdir).disabled)) return false;
  const { getEnvironmentData, isInternalThread } = /** @type {any} */ (require('node:worker_threads'));
  return isInternalThread ?? getEnvironmentData(kHooksThread) === true;
}

function redirectImports() {
  if (Module.registerHooks !== undefined) hookThisThread();
  else if (Module.register !== undefined) startHooksThread();
}

function hookThisThread() {
  Module.registerHooks({
    /**
     * @param {string} specifier
     * @param {{ conditions: Iterable<string>, parentURL?: string }} context
     * @param {Function} next
     */
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url !== 'node:async_hooks') return resolved;
      // Asked for `require` and `require.resolve` as well: the one is redirected in
      // `Module._load`, the other answers as before. (An array, a set on the first 24.x.)
      if (new Set(context.conditions).has('require')) return resolved;
      return { ...resolved, ...(isCommonJS(context.parentURL) ? faces.commonjs : faces.module) };
    },
  });
}

/** @param {string | undefined} url */
function isCommonJS(url) {
  return url?.startsWith('file:') && fileURLToPath(url) in Module._cache;
}

/** Nobody knows there who asks, but where this is needed both faces have the same names. */
function startHooksThread() {
  const { setEnvironmentData } = require('node:worker_threads');
  // New threads inherit it, the program's Workers must not.
  setEnvironmentData(kHooksThread, true);
  Module.register(urlOf('resolve.mjs'), { data: faces.commonjs });
  setEnvironmentData(kHooksThread, undefined);
}

/** @param {string} file relative to this one */
function urlOf(file) {
  return pathToFileURL(path.join(__dirname, file)).href;
}

module.exports = { inHooksThread, redirectImports };
