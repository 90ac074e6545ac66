'use strict';

/**
 * Wrong modules, each Node's own with one mistake that an engine could make: the fuzzer must find every one of them.
 */

const { isPromise } = require('node:util').types;
const builtin = require('../../../lib/node/builtin');
const { features } = require('./program');

/** @typedef {any} Module one like `node:async_hooks` */
/** @typedef {Record<string, Function>} Callbacks */

const { executionAsyncId, executionAsyncResource } = builtin;
const AsyncHook = /** @type {any} */ (builtin.createHook({}).constructor);
/** @type {any} */
const AsyncResource = builtin.AsyncResource;

/** Hooks whose callbacks are changed. @param {(callbacks: any, hook: () => any) => object} change @returns {Partial<Module>} */
function withCallbacks(change) {
  return {
    createHook(/** @type {any} */ callbacks) {
      /** @type {any} */
      const hook = builtin.createHook({ ...callbacks, ...change(callbacks, () => hook) });
      return hook;
    },
  };
}

/**
 * Hooks of which one callback is called only where `isHeard` says so, or with other arguments.
 *
 * @param {string} phase
 * @param {(args: any[]) => any[] | null} change null: it is not called
 */
function withPhase(phase, change) {
  return withCallbacks(({ [phase]: callback }) =>
    callback === undefined
      ? {}
      : {
          [phase](/** @type {any[]} */ ...args) {
            const changed = change(args);
            if (changed !== null) Reflect.apply(callback, this, changed);
          },
        },
  );
}

/** Hooks of a class of their own. @param {(Hook: any) => any} extend */
function withClass(extend) {
  const Hook = extend(AsyncHook);
  return { createHook: (/** @type {any} */ callbacks) => new Hook(callbacks) };
}

/** The event that is being emitted, and to which hook: for mistakes in what a hook does in its callbacks. */
function watched(/** @type {(event: { phase: string, args: any[] }) => void} */ begin, /** @type {() => void} */ end) {
  return withClass(
    (Hook) =>
      class extends Hook {
        constructor(/** @type {Callbacks} */ callbacks) {
          const all = Object.entries(callbacks).map(([phase, callback]) => [
            phase,
            typeof callback !== 'function'
              ? callback
              : function (/** @type {any[]} */ ...args) {
                  begin({ phase, args });
                  try {
                    // @ts-ignore `this` is the hook.
                    return Reflect.apply(callback, this, args);
                  } finally {
                    end();
                  }
                },
          ]);
          super(Object.fromEntries(all));
        }
      },
  );
}

/** @type {Record<string, { applies?: boolean, broken: () => Partial<Module> }>} */
const mistakes = {
  'every trigger is the current id': {
    broken: () => withPhase('init', ([id, type, , resource]) => [id, type, executionAsyncId(), resource]),
  },
  'a promise is triggered by the current id': {
    broken: () =>
      withPhase('init', ([id, type, trigger, resource]) => [id, type, isPromise(resource) ? executionAsyncId() : trigger, resource]),
  },
  'promiseResolve is heard only inside of promises': {
    broken: () => withPhase('promiseResolve', (args) => (isPromise(executionAsyncResource()) ? args : null)),
  },
  'a destroy comes twice': {
    broken: () =>
      withCallbacks(({ destroy }) =>
        destroy === undefined
          ? {}
          : {
              destroy(/** @type {number} */ id) {
                Reflect.apply(destroy, this, [id]);
                Reflect.apply(destroy, this, [id]);
              },
            },
      ),
  },
  'the hook is not `this`': {
    broken: () =>
      withCallbacks((callbacks) =>
        Object.fromEntries(
          Object.entries(callbacks).map(([phase, callback]) => [
            phase,
            typeof callback === 'function' ? (/** @type {any[]} */ ...args) => callback(...args) : callback,
          ]),
        ),
      ),
  },
  'trackPromises is ignored': { applies: features.trackPromises, broken: () => withCallbacks(() => ({ trackPromises: true })) },
  'what emitDestroy ends is not reported': {
    broken: () => ({
      AsyncResource: class extends AsyncResource {
        emitDestroy() {
          return this;
        }
      },
    }),
  },
  'what is collected is not reported': {
    broken: () => ({
      AsyncResource: class extends AsyncResource {
        constructor(/** @type {string} */ type, /** @type {any} */ options = {}) {
          super(type, { ...(typeof options === 'number' ? { triggerAsyncId: options } : options), requireManualDestroy: true });
        }
      },
    }),
  },
  'the trigger that is given is ignored': {
    broken: () => ({
      AsyncResource: class extends AsyncResource {
        constructor(/** @type {string} */ type, /** @type {any} */ options = {}) {
          super(type, { requireManualDestroy: options.requireManualDestroy === true });
        }
      },
    }),
  },
  'a bound function runs where it is called': {
    broken: () => ({
      AsyncResource: class extends AsyncResource {
        static bind(/** @type {Function} */ callback) {
          return callback;
        }
      },
    }),
  },
  'a scope that throws has no after': {
    broken() {
      let lost = 0;
      return {
        ...withPhase('after', ([id]) => (id === lost ? null : [id])),
        AsyncResource: class extends AsyncResource {
          runInAsyncScope(/** @type {Function} */ callback, /** @type {any} */ self, /** @type {any[]} */ ...args) {
            lost = 0;
            return super.runInAsyncScope(() => {
              try {
                return Reflect.apply(callback, self, args);
              } catch (error) {
                lost = this.asyncId();
                throw error;
              }
            });
          }
        },
      };
    },
  },
  'a scope that throws stays the current one': {
    broken() {
      let [stale, since] = [0, 0];
      return {
        executionAsyncId: () => (stale !== 0 && executionAsyncId() === since ? stale : executionAsyncId()),
        AsyncResource: class extends AsyncResource {
          runInAsyncScope(/** @type {Function} */ callback, /** @type {any} */ self, /** @type {any[]} */ ...args) {
            stale = 0;
            try {
              return super.runInAsyncScope(callback, self, ...args);
            } catch (error) {
              [stale, since] = [this.asyncId(), executionAsyncId()];
              throw error;
            }
          }
        },
      };
    },
  },
  'a hook enabled twice is called twice': {
    broken: () =>
      withClass(
        (Hook) =>
          class extends Hook {
            /** @type {any} */
            #again;
            constructor(/** @type {Callbacks} */ callbacks) {
              super(callbacks);
              this.callbacks = callbacks;
            }
            enable() {
              if (this.isEnabled) this.#again = new Hook(this.callbacks).enable();
              this.isEnabled = true;
              return super.enable();
            }
            disable() {
              this.#again?.disable();
              this.isEnabled = false;
              return super.disable();
            }
          },
      ),
  },
  'the hook that was enabled last is called first': {
    broken() {
      /** @type {any[]} */
      let enabled = [];
      return withClass(
        (Hook) =>
          class extends Hook {
            enable() {
              if (enabled.includes(this)) return this;
              for (const hook of enabled) super.disable.call(hook);
              enabled.unshift(this);
              for (const hook of enabled) super.enable.call(hook);
              return this;
            }
            disable() {
              enabled = enabled.filter((hook) => hook !== this);
              return super.disable();
            }
          },
      );
    },
  },
  'a hook that is enabled in a callback hears the same event': {
    broken() {
      /** @type {{ phase: string, args: any[] }[]} */
      const events = [];
      const { createHook } = watched(
        (event) => events.push(event),
        () => events.pop(),
      );
      return {
        createHook(/** @type {any} */ callbacks) {
          const hook = createHook(callbacks);
          const { enable } = hook;
          let isEnabled = false;
          hook.enable = () => {
            const event = events.at(-1);
            if (!isEnabled && event) callbacks[event.phase]?.apply(hook, event.args);
            isEnabled = true;
            return enable.call(hook);
          };
          hook.disable = () => {
            isEnabled = false;
            return Object.getPrototypeOf(hook).disable.call(hook);
          };
          return hook;
        },
      };
    },
  },
  'a hook that is disabled in a callback hears nothing more at once': {
    broken: () =>
      withClass(
        (Hook) =>
          class extends Hook {
            constructor(/** @type {Callbacks} */ callbacks) {
              const all = Object.entries(callbacks).map(([phase, callback]) => [
                phase,
                typeof callback !== 'function'
                  ? callback
                  : function (/** @type {any[]} */ ...args) {
                      // @ts-ignore `this` is the hook.
                      if (!this.isDisabled) Reflect.apply(callback, this, args);
                    },
              ]);
              super(Object.fromEntries(all));
            }
            enable() {
              this.isDisabled = false;
              return super.enable();
            }
            disable() {
              this.isDisabled = true;
              return super.disable();
            }
          },
      ),
  },
};

/** The names of the mistakes that can be made on this Node. */
const names = Object.keys(mistakes).filter((name) => mistakes[name].applies !== false);

/** A module with one of them. @param {string} name @returns {Module} */
const brokenModule = (name) => ({ ...builtin, ...mistakes[name].broken() });

module.exports = { brokenModule, names };
