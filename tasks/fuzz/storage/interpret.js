'use strict';

/**
 * Runs a program with the storages of one composition of modules, and logs what every storage's `getStore` answers at
 * every point that it passes.
 */

const { channel } = require('node:diagnostics_channel');
const { EventEmitter, setMaxListeners } = require('node:events');
const builtin = require('../../../lib/node/builtin');
const { Thrown, operations } = require('./operations');
const { OBJECTS, PRIMITIVES } = require('./program');
const { patience } = require('../../../scripts/patience');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').Program} Program */
/** @typedef {import('./carriers').AsyncHooks} AsyncHooks */

/**
 * Which module serves what.
 *
 * @typedef {object} Composition
 * @property {(index: number) => any} storage the module of the storage with this index
 * @property {(id: number) => any} helper the module of the resources, binds and snapshots of this program point
 * @property {AsyncHooks} hooks the module of the background's hook
 * @property {(storage: any) => void} release disables a storage when its program is over
 */

/**
 * @typedef {object} Entry
 * @property {string} point
 * @property {string} seen
 */

/**
 * @typedef {object} Transcript
 * @property {Entry[]} log
 * @property {string[]} order the operations, each with its path, in the order in which they were begun
 */

/**
 * @typedef {object} Scope
 * @property {boolean} detached whether the main strand does not wait for this one
 * @property {string} path the program points through which the program came here: no two strands have the same
 */

/** More operations than any program has; what repeats itself ends here. */
const FUEL = 3000;
/** A run that has not ended after so long never will. */
const STUCK_MS = patience(20_000);

/** Where a program begins. */
const START = { detached: false, path: '' };

let runs = 0;

class Run {
  /** @type {Entry[]} */
  log = [];
  /** @type {string[]} */
  order = [];
  /** @type {any[]} captures, scopes */
  registers = [];
  /** @type {any[]} */
  generators = [];
  /** @type {{ promise: Promise<void>, open: () => void }[]} */
  gates = [];
  /** @type {Map<string, unknown>} */
  stores = new Map(PRIMITIVES);
  channel = channel(`fuzz:storage:${runs++}`);
  emitter = new EventEmitter().setMaxListeners(0);
  target = new EventTarget();
  /** @type {Scope | undefined} */
  emitting = undefined;
  emitted = 0;
  #fuel = FUEL;
  #live = 0;
  /** @type {Map<unknown, string>} */
  #names = new Map();
  /** @type {Map<string, number>} */
  #visits = new Map();
  /** @type {() => void} */
  #end = () => {};

  /**
   * @param {Program} program
   * @param {Composition} composition
   */
  constructor(program, composition) {
    this.program = program;
    this.composition = composition;
    setMaxListeners(0, this.target);
    for (const name of [...OBJECTS, 'default']) this.stores.set(name, { name });
    for (const [name, store] of this.stores) this.#names.set(store, name);
    this.storages = program.storages.map(({ fallback }, index) => {
      const { AsyncLocalStorage } = composition.storage(index);
      if (fallback === undefined) return new AsyncLocalStorage();
      return new AsyncLocalStorage({ defaultValue: this.stores.get(fallback) });
    });
  }

  /** @returns {Promise<void>} settled when nothing of the program is left to run */
  start() {
    return new Promise((resolve, reject) => {
      const stuck = setTimeout(() => reject(new Error('the program did not end')), STUCK_MS);
      this.#end = () => {
        clearTimeout(stuck);
        resolve();
      };
      this.hold(1);
      setImmediate(() => {
        this.track(this.#main());
        this.release();
      });
    });
  }

  async #main() {
    try {
      await this.blockAsync(this.program.main, START);
    } finally {
      this.probe({ id: 0 }, 'end', START);
      for (const reg of [0, 1, 2]) this.gate(reg).open();
    }
  }

  /** @param {number} reg */
  gate(reg) {
    if (this.gates[reg] === undefined) {
      let open = () => {};
      const promise = new Promise((/** @type {(value?: any) => void} */ resolve) => {
        open = resolve;
      });
      this.gates[reg] = { promise, open };
    }
    return this.gates[reg];
  }

  /** Keeps the run going until a promise is settled. @param {Promise<unknown>} promise */
  track(promise) {
    this.hold(1);
    promise.then(
      () => this.release(),
      (error) => {
        this.note({ id: 0 }, 'rejected', error, START);
        this.release();
      },
    );
  }

  /** @param {number} count */
  hold(count) {
    this.#live += count;
  }

  release() {
    if (--this.#live === 0) this.#end();
  }

  /** The body of an operation, as a function of its own would be. @param {Operation} operation @param {Scope} scope */
  enter(operation, scope) {
    const inside = this.inside(operation, scope);
    this.probe(operation, 'in', inside);
    if (operation.async) return this.blockAsync(operation.body ?? [], inside);
    return this.block(operation.body ?? [], inside);
  }

  /** @param {{ id: number }} operation @param {Scope} scope @param {string | number} part @returns {Scope} */
  inside({ id }, { detached, path }, part = '') {
    const below = `${path}/${id}${part}`;
    const visit = (this.#visits.get(below) ?? 0) + 1;
    this.#visits.set(below, visit);
    return { detached, path: visit > 1 ? `${below}:${visit}` : below };
  }

  /** @param {Operation[]} block @param {Scope} scope */
  block(block, scope) {
    for (const operation of block) this.one(operation, scope);
  }

  /** @param {Operation} operation @param {Scope} scope */
  one(operation, scope) {
    const result = this.#begin(operation, { ...scope, detached: true });
    if (result instanceof Promise) this.track(result);
    if (this.program.dense) this.probe(operation, 'after', scope);
  }

  /** @param {Operation[]} block @param {Scope} scope */
  async blockAsync(block, scope) {
    for (const operation of block) await this.oneAsync(operation, scope);
  }

  /** @param {Operation} operation @param {Scope} scope */
  async oneAsync(operation, scope) {
    try {
      const result = this.#begin(operation, scope);
      if (result instanceof Promise) await result;
    } catch (error) {
      if (operation.op === 'throw') throw error;
      this.note(operation, 'caught', error, scope);
    }
    if (this.program.dense) this.probe(operation, 'after', scope);
  }

  /** @param {Operation} operation @param {Scope} scope */
  #begin(operation, scope) {
    this.order.push(`${scope.path}/${operation.id}`);
    if (this.#fuel-- <= 0) return undefined;
    if (operation.op === 'throw') throw new Thrown('thrown');
    try {
      return operations[operation.op](this, operation, scope);
    } catch (error) {
      this.note(operation, 'caught', error, scope);
      return undefined;
    }
  }

  /** @param {{ id: number }} operation @param {string} where @param {unknown} what @param {Scope} scope */
  note({ id }, where, what, { path }) {
    const isError = what instanceof Error && !(what instanceof Thrown || what instanceof AggregateError);
    const seen = what instanceof Error ? `${what.name}: ${what.message}` : String(what);
    this.log.push({ point: `${path} ${id} ${isError ? 'unexpected' : where}`, seen });
  }

  /** Logs what every storage answers. @param {{ id: number }} operation @param {string} where @param {Scope} scope */
  probe({ id }, where, { path }) {
    const seen = this.storages.map((storage) => this.#nameOf(storage.getStore())).join(' ');
    this.log.push({ point: `${path} ${id} ${where}`, seen });
    this.order.push(`${path}/${id} ${where}`);
  }

  /** @param {Operation} operation the store that it enters */
  storeOf({ s = 0, v = 'undefined' }) {
    return v === 'active' ? this.storages[s].getStore() : this.stores.get(v);
  }

  /** @param {unknown} store */
  #nameOf(store) {
    if (Object.is(store, -0)) return '-0';
    if (store === 0) return '0';
    return this.#names.get(store) ?? `unknown(${typeof store})`;
  }

  dispose() {
    for (const storage of this.storages) {
      /** @type {any} */ (this.channel).unbindStore(storage);
      this.composition.release(storage);
    }
  }
}

/** What runs beside a program. @param {string} name @param {AsyncHooks} hooks @returns {() => void} switches it off */
function switchOn(name, hooks) {
  if (name === 'storage') {
    const storage = new builtin.AsyncLocalStorage();
    storage.enterWith('background');
    return () => storage.disable();
  }
  if (name === 'hook') {
    const hook = hooks.createHook({ init() {}, before() {}, after() {} }).enable();
    return () => hook.disable();
  }
  return () => {};
}

/**
 * @param {Program} program
 * @param {Composition} composition
 * @returns {Promise<Transcript>}
 */
async function interpret(program, composition) {
  const run = new Run(program, composition);
  let switchOff = () => {};
  try {
    // In a context of its own, so that nothing of it is left in this one.
    await new builtin.AsyncResource('Program').runInAsyncScope(() => {
      switchOff = switchOn(program.background, composition.hooks);
      return run.start();
    });
  } catch (error) {
    run.note({ id: 0 }, 'failed', error, START);
  } finally {
    run.dispose();
    switchOff();
  }
  // What the program left behind ends in this turn, so that it cannot be seen by the next one.
  await new Promise((resolve) => setImmediate(resolve));
  return { log: run.log, order: run.order };
}

module.exports = { interpret };
