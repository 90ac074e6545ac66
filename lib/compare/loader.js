'use strict';
/**
 * Gives Node's module loader what `register` gives it, a hook, without a change in what is loaded: with a hook
 * `import` takes other steps, and on older Nodes each thread has a hooks thread. A run with the builtin must have
 * the same, or else every `import` would be a difference.
 */

const Module = /** @type {any} */ (require('node:module'));

/** @param {(url: string, parent: string | undefined) => void} [see] is told what is resolved, where the hook is in this thread */
function installLoaderHook(see = () => {}) {
  if (Module.registerHooks) {
    Module.registerHooks({
      resolve(/** @type {string} */ specifier, /** @type {{ parentURL?: string }} */ context, /** @type {Function} */ next) {
        const resolved = next(specifier, context);
        see(resolved.url, context.parentURL);
        return resolved;
      },
    });
  } else {
    Module.register?.('data:text/javascript,export const resolve = async (specifier, context, next) => next(specifier, context);');
  }
}

module.exports = { installLoaderHook };
