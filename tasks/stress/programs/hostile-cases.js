'use strict';

/**
 * Programs that do to promises and resources what nobody should. Each gets the module, `say`, and what enables the hook, which
 * a case may do when it likes.
 */

const { inspect } = require('node:util');

/** @typedef {(ah: typeof import('../../..'), say: (text: unknown) => void, enable: () => void) => void} Case */

const OPTIONS = { requireManualDestroy: true };

/**
 * The symbols under which Node keeps ids.
 * @param {typeof import('../../..')} ah
 */
function idSymbols(ah) {
  const probe = /** @type {any} */ (new ah.AsyncResource('PROBE', OPTIONS));
  const symbols = Object.getOwnPropertySymbols(probe);
  return [
    /** @type {symbol} */ (symbols.find((symbol) => probe[symbol] === probe.asyncId())),
    /** @type {symbol} */ (symbols.find((symbol) => probe[symbol] === probe.triggerAsyncId())),
  ];
}

/** @type {Record<string, (object: any) => any>} */
const FREEZERS = { frozen: Object.freeze, sealed: Object.seal, inextensible: Object.preventExtensions };

/** What may stand under Node's symbols. Whether what is false is an id, Node's and this package's code do not agree. */
const VALUES = { negative: -1, fraction: 1.5, string: 'x', large: 2 ** 53, object: {}, bigint: 7n, true: true };

const failing = {
  get() {
    throw new Error('getter');
  },
  set() {
    throw new Error('setter');
  },
  configurable: true,
};

/** @type {Record<string, Case>} */
const CASES = {};

// Promises that take no properties

for (const [name, freeze] of Object.entries(FREEZERS)) {
  CASES[`promise ${name} before hooks are enabled`] = (_ah, say, enable) => {
    const promise = freeze(Promise.resolve(1));
    enable();
    promise
      .then(() => {
        say('continued');
      })
      .then(() => {
        say('and on');
      });
  };
  CASES[`promise ${name}, pending, awaited`] = (_ah, say, enable) => {
    /** @type {(value?: any) => void} */
    let resolve = () => {};
    const promise = freeze(
      new Promise((settle) => {
        resolve = settle;
      }),
    );
    enable();
    (async () => {
      await promise;
      say('continued');
    })();
    setImmediate(resolve);
  };
  CASES[`promise ${name} when it is created`] = (_ah, say, enable) => {
    enable();
    class Frozen extends Promise {
      /** @param {any} executor */
      constructor(executor) {
        super(executor);
        freeze(this);
      }
    }
    new Frozen((/** @type {any} */ resolve) => resolve(1)).then(() => {
      say('continued');
    });
  };
  CASES[`resource ${name}`] = (ah, say, enable) => {
    enable();
    const resource = freeze(new ah.AsyncResource('HOSTILE', OPTIONS));
    resource.runInAsyncScope(() => {
      say('inside');
    });
    resource.emitDestroy();
    Promise.resolve().then(() =>
      freeze(new ah.AsyncResource('HOSTILE', OPTIONS)).runInAsyncScope(() => {
        say('inside again');
      }),
    );
  };
  CASES[`timers ${name}`] = (_ah, say, enable) => {
    enable();
    freeze(
      setImmediate(() => {
        say('immediate');
      }),
    );
    Promise.resolve().then(() => {
      freeze(
        setImmediate(() => {
          say('immediate of a continuation');
        }),
      );
    });
    // Never fires: which comes first, it or the immediates, is left to the clock.
    clearTimeout(freeze(setTimeout(() => {}, 1)));
  };
}

// What stands under Node's symbols

for (const which of [0, 1]) {
  const symbolName = which === 0 ? 'id' : 'trigger id';
  for (const [name, value] of Object.entries(VALUES)) {
    CASES[`promise with ${name} as its ${symbolName}`] = (ah, say, enable) => {
      const promise = Promise.resolve(1);
      Object.defineProperty(promise, idSymbols(ah)[which], { value, writable: true, configurable: true });
      enable();
      promise.then(() => {
        say('continued');
      });
    };
  }
  CASES[`promise whose ${symbolName} cannot be written`] = (ah, say, enable) => {
    const promise = Promise.resolve(1);
    Object.defineProperty(promise, idSymbols(ah)[which], { value: 5, writable: false });
    enable();
    promise.then(() => {
      say('continued');
    });
  };
  CASES[`promise whose ${symbolName} is an accessor that throws`] = (ah, say, enable) => {
    const promise = Promise.resolve(1);
    Object.defineProperty(promise, idSymbols(ah)[which], failing);
    enable();
    promise.then(() => {
      say('continued');
    });
  };
  CASES[`awaited promise whose ${symbolName} is an accessor that throws`] = (ah, say, enable) => {
    const promise = Promise.resolve(1);
    Object.defineProperty(promise, idSymbols(ah)[which], failing);
    enable();
    (async () => {
      await promise;
      say('continued');
    })().catch((error) => {
      say(error);
    });
  };
  CASES[`resource whose ${symbolName} is deleted`] = (ah, say, enable) => {
    enable();
    const resource = /** @type {any} */ (new ah.AsyncResource('HOSTILE', OPTIONS));
    delete resource[idSymbols(ah)[which]];
    resource.runInAsyncScope(() => {
      say('inside');
    });
  };
  CASES[`resource whose ${symbolName} is an accessor that throws`] = (ah, say, enable) => {
    enable();
    const resource = new ah.AsyncResource('HOSTILE', OPTIONS);
    Object.defineProperty(resource, idSymbols(ah)[which], failing);
    try {
      resource.runInAsyncScope(() => {
        say('inside');
      });
    } catch (error) {
      say(error);
    }
  };
}

// Promises that are none, or not what they seem

CASES['a then that cannot be read'] = (_ah, say, enable) => {
  enable();
  const thenable = {
    get then() {
      throw new Error('getter');
    },
  };
  Promise.resolve(thenable).catch((error) => {
    say(error);
  });
  (async () => {
    await thenable;
  })().catch((error) => {
    say(error);
  });
};
CASES['a then that settles twice and throws'] = (_ah, say, enable) => {
  enable();
  Promise.resolve({
    /** @param {(value: any) => void} resolve */
    then(resolve) {
      resolve(1);
      resolve(2);
      throw new Error('late');
    },
  }).then((value) => {
    say(value);
  });
};
CASES['a promise whose constructor cannot be read'] = (_ah, say, enable) => {
  enable();
  const promise = Promise.resolve(1);
  Object.defineProperty(promise, 'constructor', failing);
  try {
    promise.then(() => {
      say('continued');
    });
  } catch (error) {
    say(error);
  }
  (async () => {
    await promise;
  })().catch((error) => {
    say(error);
  });
};
CASES['a species that is no promise'] = (_ah, say, enable) => {
  enable();
  class Strange extends Promise {
    static get [Symbol.species]() {
      return /** @type {any} */ (
        class {
          constructor() {
            throw new Error('species');
          }
        }
      );
    }
  }
  try {
    Strange.resolve(1).then(() => {
      say('continued');
    });
  } catch (error) {
    say(error);
  }
};
CASES['a promise without prototype'] = (_ah, say, enable) => {
  enable();
  const promise = Object.setPrototypeOf(Promise.resolve(1), null);
  Promise.prototype.then.call(promise, () => {
    say('continued');
  });
  (async () => {
    say((await promise) === promise);
  })();
};
CASES['a promise that resolves to itself'] = (_ah, say, enable) => {
  enable();
  /** @type {Promise<any>} */
  const promise = new Promise((resolve) => setImmediate(() => resolve(promise)));
  promise.catch((error) => {
    say(error);
  });
};
CASES['proxies as thenables'] = (_ah, say, enable) => {
  enable();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const all = [
    new Proxy(Promise.resolve(1), {}),
    proxy,
    new Proxy(
      {},
      {
        get() {
          throw new Error('get');
        },
      },
    ),
  ];
  for (const thenable of all)
    Promise.resolve()
      .then(() => thenable)
      .then(say, (error) => {
        say(error);
      });
};

// Resources that are none

for (const [name, self] of Object.entries({
  object: () => ({}),
  'null prototype': () => Object.create(null),
  revoked() {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
})) {
  CASES[`methods of resources on ${name}`] = (ah, say, enable) => {
    enable();
    for (const method of ['asyncId', 'triggerAsyncId', 'bind', 'runInAsyncScope', 'emitDestroy']) {
      try {
        say(`${method} ${typeof (/** @type {any} */ (ah.AsyncResource.prototype)[method].call(self(), () => {}))}`);
      } catch (error) {
        say(`${method} ${error}`);
      }
    }
  };
}
CASES['a resource behind a proxy'] = (ah, say, enable) => {
  enable();
  const resource = new ah.AsyncResource('HOSTILE', OPTIONS);
  const { proxy, revoke } = Proxy.revocable(resource, {});
  proxy.runInAsyncScope(() => {
    say(ah.executionAsyncResource() === proxy);
  });
  const bound = proxy.bind(() => {
    say('bound');
  });
  bound();
  proxy.runInAsyncScope(() => {
    revoke();
    say('revoked');
    Promise.resolve().then(() => {
      say('continued');
    });
  });
};
CASES['a resource without prototype'] = (ah, say, enable) => {
  enable();
  const resource = Object.setPrototypeOf(new ah.AsyncResource('HOSTILE', OPTIONS), null);
  ah.AsyncResource.prototype.runInAsyncScope.call(resource, () => {
    say(ah.executionAsyncResource() === resource);
    Promise.resolve().then(() => {
      say('continued');
    });
  });
};
CASES['callbacks that cannot be read'] = (ah, say) => {
  for (const event of ['init', 'before', 'after', 'destroy', 'promiseResolve']) {
    try {
      ah.createHook(Object.defineProperty({}, event, failing));
      say(`${event} was not read`);
    } catch (error) {
      say(`${event} ${error}`);
    }
  }
};
CASES['callbacks that are changed afterwards'] = (ah, say, enable) => {
  enable();
  const callbacks = {
    init() {
      say('the first');
    },
  };
  const hook = ah.createHook(callbacks).enable();
  callbacks.init = () => {
    say('the second');
  };
  new ah.AsyncResource('HOSTILE', OPTIONS);
  hook.disable();
};
CASES['a frozen hook'] = (ah, say, enable) => {
  enable();
  const hook = Object.freeze(
    ah.createHook({
      init() {
        say('heard');
      },
    }),
  );
  hook.enable();
  new ah.AsyncResource('HOSTILE', OPTIONS);
  hook.disable();
};
CASES['what a promise shows of itself'] = (_ah, say, enable) => {
  enable();
  const show = (/** @type {object} */ promise) => say(inspect(promise).replace(/\d+|\s/g, ''));
  show(new Promise(() => {}));
  show(Promise.resolve(1).then(() => {}));
  say(Object.keys(Promise.resolve(1)));
  say(JSON.stringify(Promise.resolve(1)));
};
CASES['a hook behind a proxy'] = (ah, say, enable) => {
  enable();
  const hook = new Proxy(
    ah.createHook({
      init() {
        say('heard');
      },
    }),
    {},
  );
  try {
    hook.enable();
    new ah.AsyncResource('HOSTILE', OPTIONS);
    hook.disable();
    new ah.AsyncResource('HOSTILE', OPTIONS);
  } catch (error) {
    say(error);
  }
};
CASES['a storage behind a proxy'] = (ah, say, enable) => {
  enable();
  const storage = new Proxy(new ah.AsyncLocalStorage(), {});
  for (const action of [
    () => storage.run(1, () => storage.getStore()),
    () => storage.enterWith(2),
    () => storage.getStore(),
    () => storage.exit(() => storage.getStore()),
    () => storage.disable(),
  ]) {
    try {
      say(action());
    } catch (error) {
      // What the message says of the fields of a class is its own affair.
      say(/** @type {Error} */ (error).name);
    }
  }
};
CASES['stores that are hostile'] = (ah, say, enable) => {
  enable();
  const storage = new ah.AsyncLocalStorage();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const store of [
    proxy,
    new Proxy(
      {},
      {
        get() {
          throw new Error('get');
        },
      },
    ),
    Object.create(null),
    Symbol('x'),
    NaN,
  ]) {
    storage.run(store, () => {
      say(Object.is(storage.getStore(), store));
      Promise.resolve().then(() => {
        say(Object.is(storage.getStore(), store));
      });
    });
  }
};

// Builtins that are not what they were

/**
 * Of what is used after the module was loaded.
 * @type {Record<string, [object: any, names: (string | symbol)[]]>}
 */
const BUILTINS = {
  arrays: [
    Array.prototype,
    ['push', 'pop', 'map', 'filter', 'find', 'some', 'includes', 'indexOf', 'splice', 'slice', 'unshift', 'forEach'],
  ],
  'iterators of arrays': [Array.prototype, [Symbol.iterator, 'keys', 'entries', 'values']],
  maps: [Map.prototype, ['get', 'set', 'has', 'delete', 'keys', 'values', Symbol.iterator]],
  sets: [Set.prototype, ['add', 'has', 'delete', Symbol.iterator]],
  'weak maps': [WeakMap.prototype, ['get', 'set', 'has']],
  functions: [Function.prototype, ['call', 'apply', 'bind']],
  promises: [Promise.prototype, ['then', 'catch', 'finally']],
  'the class of promises': [Promise, ['resolve', 'reject', 'all', Symbol.species]],
  objects: [Object, ['defineProperty', 'getOwnPropertySymbols', 'getPrototypeOf', 'create', 'keys', 'entries', 'assign', 'freeze']],
  Reflect: [Reflect, ['apply', 'construct', 'get', 'ownKeys']],
  numbers: [Number, ['isSafeInteger', 'isInteger']],
  'typed arrays': [Object.getPrototypeOf(Float64Array.prototype), ['set', 'fill', 'subarray', 'at']],
};

for (const [name, [owner, methods]] of Object.entries(BUILTINS)) {
  CASES[`tampered ${name}`] = (ah, say, enable) => {
    const storage = new ah.AsyncLocalStorage();
    const { defineProperty } = Object;
    for (let i = 0; i < methods.length; i++) {
      defineProperty(owner, methods[i], {
        value: () => {
          throw new Error('tampered');
        },
        configurable: true,
        writable: true,
      });
    }
    enable();
    const second = ah
      .createHook({
        init(_id, type) {
          if (type === 'TAMPERED') say('second hook');
        },
      })
      .enable();
    const resource = new ah.AsyncResource('TAMPERED', OPTIONS);
    resource.runInAsyncScope(
      (argument) => {
        say(argument);
      },
      null,
      'argument',
    );
    if (name !== 'functions')
      ah.AsyncResource.bind(() => {
        say('bound');
      })();
    second.disable();
    new ah.AsyncResource('TAMPERED', OPTIONS);
    storage.run(1, () => {
      say(storage.getStore());
    });
    storage.enterWith(2);
    if (name !== 'functions')
      ah.AsyncLocalStorage.snapshot()(() => {
        say(storage.getStore());
      });
    storage.exit(() => {
      say(storage.getStore());
    });
    resource.emitDestroy();
    (async () => {
      await null;
      say('continued');
      say(storage.getStore());
    })();
    setImmediate(() => {
      say('immediate');
    });
  };
}

// Prototypes that have what only objects of their own should

for (const [name, prototypes] of /** @type {const} */ ([
  ['Promise', [Promise.prototype]],
  ['Object', [Object.prototype]],
])) {
  for (const which of [0, 1]) {
    CASES[`${name}.prototype with ${which === 0 ? 'an id' : 'a trigger id'}`] = (ah, say, enable) => {
      const symbol = idSymbols(ah)[which];
      for (const prototype of prototypes) Object.defineProperty(prototype, symbol, { value: 5, writable: true, configurable: true });
      enable();
      Promise.resolve().then(() => {
        say('continued');
      });
      new ah.AsyncResource('HOSTILE', OPTIONS).runInAsyncScope(() => {
        say('inside');
      });
    };
  }
}
CASES['Object.prototype with callbacks'] = (ah, say, enable) => {
  /** @type {any} */ (Object.prototype).before = () => {
    say('inherited before');
  };
  /** @type {any} */ (Object.prototype).promiseResolve = () => {
    say('inherited promiseResolve');
  };
  enable();
  ah.createHook({ init() {} }).enable();
  Promise.resolve().then(() => {
    say('continued');
  });
  new ah.AsyncResource('HOSTILE', OPTIONS).runInAsyncScope(() => {
    say('inside');
  });
};

module.exports = { CASES };
