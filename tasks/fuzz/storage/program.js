'use strict';

/**
 * What a program is: plain data, so that it can be printed, shrunk and replayed.
 *
 * Every tree of operations is a valid program. What makes no sense where it stands (a `next` of a generator that was
 * never made, a `wait` in the main strand) does nothing.
 */

const builtin = require('../../../lib/node/builtin');
const { sizeOf } = require('../common/trees');

/**
 * @typedef {object} Operation
 * @property {number} id the program point; shrinking keeps it
 * @property {string} op its name in `operations.js`
 * @property {number} [s] a storage
 * @property {string} [v] a store: one of STORES, or `active` for the one that is
 * @property {number} [reg] a register, where captures, emitters, generators and the like are kept
 * @property {string} [how] which of several ways, see the operation
 * @property {boolean} [async] whether the body is an async function
 * @property {Operation[]} [body]
 * @property {Operation[][]} [blocks]
 */

/**
 * @typedef {object} StorageSpec
 * @property {boolean} ours whose it is where both modules' storages are mixed
 * @property {string} [fallback] its `defaultValue`
 */

/**
 * @typedef {object} Program
 * @property {number} seed
 * @property {StorageSpec[]} storages
 * @property {string} background what else is switched on meanwhile: `none`, a builtin `storage`, or a `hook` of ours
 * @property {boolean} dense whether all stores are read after every operation, or only where the program says
 * @property {Operation[]} main
 */

/** The stores of a program. `o1` and the like are objects of each run's own. */
const PRIMITIVES = new Map(
  /** @type {[string, unknown][]} */ ([
    ['undefined', undefined],
    ['null', null],
    ['NaN', NaN],
    ['0', 0],
    ['-0', -0],
    ["''", ''],
    ['false', false],
  ]),
);
const OBJECTS = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6'];

const Storage = /** @type {new (options?: any) => any} */ (builtin.AsyncLocalStorage);

const probe = new Storage({ defaultValue: 1 });

/** What the running Node's own class has; programs use nothing else. */
const features = {
  defaultValue: probe.getStore() === 1,
  withScope: 'withScope' in Storage.prototype,
  /** Whether it stands on hooks: with none enabled, what a continuation sees may depend on what the event loop does besides. */
  hooked: 'enabled' in probe,
};

// Some are enabled as soon as they are made.
probe.disable();

module.exports = { PRIMITIVES, OBJECTS, features, sizeOf };
