'use strict';

/**
 * Wrong storages, each Node's own with one mistake that an engine could make: the fuzzer must find every one of them.
 *
 * Each is a function that makes a class anew, so that the instances of one program know only of each other.
 */

const builtin = require('../../../lib/node/builtin');
const { features } = require('./program');

/** @type {new (options?: any) => any} */
const Storage = builtin.AsyncLocalStorage;
const { AsyncResource } = builtin;

/** @type {Record<string, { broken: () => any, applies?: boolean }>} */
const mistakes = {
  'leaving run restores the whole frame': {
    broken() {
      /** @type {any[]} those of the program at hand, and some before it */
      let all = [];
      return class extends Storage {
        constructor(/** @type {any} */ options) {
          super(options);
          all = [...all.slice(-60), this];
        }
        run(/** @type {any} */ store, /** @type {Function} */ callback, /** @type {any[]} */ ...args) {
          if (Object.is(store, this.getStore())) return Reflect.apply(callback, null, args);
          const others = all.filter((other) => other !== this).map((other) => [other, other.getStore()]);
          try {
            return super.run(store, callback, ...args);
          } finally {
            for (const [other, former] of others) if (!Object.is(other.getStore(), former)) other.enterWith(former);
          }
        }
      };
    },
  },
  'run with the active store enters it again': {
    broken: () =>
      class extends Storage {
        run(/** @type {any} */ store, /** @type {Function} */ callback, /** @type {any[]} */ ...args) {
          const former = this.getStore();
          this.enterWith(store);
          try {
            return Reflect.apply(callback, null, args);
          } finally {
            this.enterWith(former);
          }
        }
      },
  },
  'run compares stores with ===': {
    broken: () =>
      class extends Storage {
        run(/** @type {any} */ store, /** @type {Function} */ callback, /** @type {any[]} */ ...args) {
          const former = this.getStore();
          if (former === store) return Reflect.apply(callback, null, args);
          this.enterWith(store);
          try {
            return Reflect.apply(callback, null, args);
          } finally {
            this.enterWith(former);
          }
        }
      },
  },
  'run does not leave when its callback throws': {
    broken: () =>
      class extends Storage {
        run(/** @type {any} */ store, /** @type {Function} */ callback, /** @type {any[]} */ ...args) {
          const former = this.getStore();
          if (Object.is(store, former)) return Reflect.apply(callback, null, args);
          this.enterWith(store);
          const result = Reflect.apply(callback, null, args);
          this.enterWith(former);
          return result;
        }
      },
  },
  'run leaves to no store': {
    broken: () =>
      class extends Storage {
        run(/** @type {any} */ store, /** @type {Function} */ callback, /** @type {any[]} */ ...args) {
          if (Object.is(store, this.getStore())) return Reflect.apply(callback, null, args);
          try {
            return super.run(store, callback, ...args);
          } finally {
            this.enterWith(undefined);
          }
        }
      },
  },
  'exit keeps the store': {
    broken: () =>
      class extends Storage {
        exit(/** @type {Function} */ callback, /** @type {any[]} */ ...args) {
          return Reflect.apply(callback, null, args);
        }
      },
  },
  'disable is forgotten': {
    broken: () =>
      class extends Storage {
        disable() {}
      },
  },
  'disable ends the storage in every context at once, or only in its own': {
    broken: () => (process.execArgv.includes('--no-async-context-frame') || !framesAreMaps() ? DisabledHere : DisabledEverywhere),
  },
  'a falsy store is none': {
    broken: () =>
      class extends Storage {
        getStore() {
          return super.getStore() || undefined;
        }
      },
  },
  'the default value is ignored': {
    applies: features.defaultValue,
    broken: () =>
      class extends Storage {
        constructor() {
          super();
        }
      },
  },
  'the default value stands for undefined': {
    applies: features.defaultValue,
    broken: () =>
      class extends Storage {
        #fallback;
        constructor(/** @type {any} */ options = {}) {
          super(options);
          this.#fallback = options.defaultValue;
        }
        getStore() {
          return super.getStore() ?? this.#fallback;
        }
      },
  },
  'a scope does not leave': {
    applies: features.withScope,
    broken: () =>
      class extends Storage {
        withScope(/** @type {any} */ store) {
          this.enterWith(store);
          return { dispose() {}, [Symbol.dispose]() {} };
        }
      },
  },
  'a snapshot captures nothing': {
    broken: () =>
      class extends Storage {
        static snapshot() {
          return (/** @type {Function} */ call, /** @type {any[]} */ ...args) => call(...args);
        }
      },
  },
  'a bound function runs where it is called': {
    broken: () =>
      class extends Storage {
        static bind(/** @type {any} */ callback) {
          return callback;
        }
      },
  },
  'a snapshot captures at its first call': {
    broken: () =>
      class extends Storage {
        static snapshot() {
          /** @type {any} */
          let captured;
          return (/** @type {any} */ call, /** @type {any[]} */ ...args) => {
            captured ??= new AsyncResource('Late');
            return captured.runInAsyncScope(call, null, ...args);
          };
        }
      },
  },
};

/** Whether contexts are maps that Node's core carries, and `disable` is a matter of the current one. */
function framesAreMaps() {
  const storage = new Storage();
  return storage.run(1, () => {
    const snapshot = /** @type {any} */ (builtin.AsyncLocalStorage).snapshot();
    storage.enterWith(2);
    storage.disable();
    return snapshot(() => storage.getStore()) === 1;
  });
}

class DisabledHere extends Storage {
  disable() {
    this.enterWith(undefined);
  }
}

class DisabledEverywhere extends Storage {
  #disabled = false;
  enterWith(/** @type {any} */ store) {
    this.#disabled = false;
    super.enterWith(store);
  }
  disable() {
    this.#disabled = true;
    super.disable();
  }
  getStore() {
    return this.#disabled ? undefined : super.getStore();
  }
}

/** The names of the mistakes that can be made on this Node. */
const names = Object.keys(mistakes).filter((name) => mistakes[name].applies !== false);

/** The one that is right: what is found with it is the fuzzer's own mistake. */
const NONE = 'none';

/** A module with one of them. @param {string} name */
function brokenModule(name) {
  if (name !== NONE && !names.includes(name)) throw new Error(`no such mistake: "${name}". There are: ${names.join('; ')}`);
  return {
    ...builtin,
    AsyncLocalStorage: name === NONE ? class extends Storage {} : mistakes[name].broken(),
    // Whatever its own does: one that stays enabled would slow down all the programs that follow.
    release: (/** @type {any} */ storage) => Storage.prototype.disable.call(storage),
  };
}

module.exports = { brokenModule, names };
