'use strict';

/** Runs a program with one module, or with the hooks of two side by side, and records what each lets it see. */

const { EventEmitter, EventEmitterAsyncResource } = require('node:events');
const fs = require('node:fs');
const vm = require('node:vm');
const builtin = require('../../../lib/node/builtin');
const { carriers } = require('./carriers');
const { print } = require('./print');
const { Recording, FIRST_OWN_ID } = require('./recording');
const { patience } = require('../../../scripts/patience');

/** @typedef {import('./program').Program} Program */
/** @typedef {import('./program').Phase} Phase */
/** @typedef {import('./recording').Part} Part */
/** @typedef {(run: Run) => void} Reaction */

/** A program that has not ended after so long never will. */
const STUCK_MS = patience(10_000);
/** A function of a program's runs so often, so that what calls itself comes to an end. */
const CALLS = 4;
const THREADS_MS = 0.3;
/** Over that many turns of the event loop nothing happens in a program that is over. */
const IDLE_TURNS = 3;
/** A resource may be held by another one that is garbage too; a `destroy` takes a turn or two. */
const COLLECTIONS = 2;
const TURNS_BETWEEN = 2;

/** What is there in a process at rest: the turns taken here, and its outputs once they were used. */
const BACKGROUND = new Set(['Immediate', 'PipeWrap', 'TTYWrap']);

const collectGarbage = /** @type {() => void} */ (globalThis.gc ?? (() => {}));
const clock = new Int32Array(new SharedArrayBuffer(4));

/** What a program throws. */
class Thrown extends Error {}
class Sub extends Promise {}

const kImmediateId = immediateIdSymbol();

/** @type {vm.Context | undefined} */
let sharedContext;

/** @type {Run | undefined} */
let current;
for (const name of ['uncaughtException', 'unhandledRejection', 'rejectionHandled']) {
  process.on(name, (/** @type {any} */ what) => {
    if (current === undefined) throw what;
    current.happened(name, what);
  });
}

class Run {
  /** @type {any[]} */
  timers = [];
  /** @type {any[]} */
  resources = [];
  /** @type {any[]} */
  promises = [];
  /** @type {any[]} */
  settlers = [];
  /** @type {any[]} */
  bounds = [];
  /** @type {any[]} */
  emitters = [];
  /** @type {{ isEnabled: boolean, hears: boolean, disable: () => void }[]} */
  hooks = [];
  /** @type {any} */
  storage;
  #live = 0;
  #intervals = 0;
  /** @type {Set<number>} ids of what is here for the interpreter's sake */
  #own = new Set();
  #createsOwn = false;
  #reacting = 0;
  #idle = 0;
  #lengthBefore = 0;
  #isStuck = false;
  /** @type {Map<number, number>} */
  #calls = new Map();
  /** @type {Map<any, () => void>} how to stop waiting for a callback */
  #waits = new Map();

  /**
   * @param {Program} program
   * @param {any[]} modules
   * @param {number} patience how many times longer threads and sockets are waited for
   * @param {() => number} [nextOwnId] the next id of the package's own
   */
  constructor(program, modules, patience, nextOwnId = () => FIRST_OWN_ID) {
    this.program = program;
    this.patience = patience;
    this.isTogether = modules.length > 1;
    const firstIds = [new builtin.AsyncResource('Program', { requireManualDestroy: true }).asyncId(), nextOwnId()];
    /** Whose hooks are enabled first. */
    this.isReversed = program.seed % 4 > 1;
    this.recordings = modules.map((api) => new Recording(api, { absolute: this.isTogether, firstIds }));
    this.module = modules[program.seed % modules.length];
    this.storage = new this.module.AsyncLocalStorage();
  }

  /** @param {(parts: Part[], isStuck: boolean) => void} done */
  start(done) {
    current = this;
    const main = this.#compile();
    const stuck = setTimeout(() => {
      this.#isStuck = true;
    }, STUCK_MS).unref();
    const end = () => {
      clearTimeout(stuck);
      current = undefined;
      done(
        this.recordings.map((recording) => recording.part()),
        this.#isStuck,
      );
    };
    // Polled, because what is left to do may hold no handle, or one that does not keep the event loop alive.
    const poll = () => {
      // One that starts anew does it when its callback is over.
      if (this.#intervals > 0) pause(1);
      if (this.#isOver()) this.#finish(end);
      else this.#nextTurn(poll);
    };
    this.#nextTurn(poll);
    setImmediate(() => {
      this.happened('main');
      main();
    });
  }

  #compile() {
    const { module } = this;
    const given = {
      AsyncResource: module.AsyncResource,
      AsyncLocalStorage: module.AsyncLocalStorage,
      executionAsyncId: module.executionAsyncId,
      storage: this.storage,
      EventEmitter,
      EventEmitterAsyncResource,
      fs,
      vm,
      Sub,
      later: carriers,
      file: __filename,
      timers: this.timers,
      resources: this.resources,
      promises: this.promises,
      settlers: this.settlers,
      bounds: this.bounds,
      emitters: this.emitters,
      hook: this.#hook.bind(this),
      at: this.#at.bind(this),
      see: (/** @type {number} */ id) => this.see(id),
      mark: this.#mark.bind(this),
      once: this.#once.bind(this),
      twice: this.#twice.bind(this),
      clear: this.#clear.bind(this),
      promise: (/** @type {number} */ reg) => (this.promises[reg] ??= Promise.resolve(0)),
      resource: (/** @type {number} */ reg) => (this.resources[reg] ??= new module.AsyncResource('R')),
      thrown: (/** @type {number} */ id) => new Thrown(`E${id}`),
      caught: this.#caught.bind(this),
      pause,
      // Threads and sockets get time to finish.
      pauseForThreads: () => pause(THREADS_MS * this.patience),
      within: (/** @type {Function} */ snapshot, /** @type {Function} */ callback) => () => snapshot(callback),
      context: () => (sharedContext ??= vm.createContext()),
    };
    const compiled = vm.compileFunction(`'use strict';\n${print(this.program, { reacts: !this.isTogether })}`, Object.keys(given), {
      filename: 'program.js',
    });
    return () => compiled(...Object.values(given));
  }

  // What a program is given

  /** @param {number} index @param {Record<string, { nth: number, react: Function }[]>} reactions @param {object} [options] */
  #hook(index, reactions, options) {
    const made = this.recordings.map((recording) => {
      const hook = recording.api.createHook({ ...this.#callbacks(`h${index}`, recording, reactions, () => hook), ...options });
      return hook;
    });
    if (this.isReversed) made.reverse();
    const state = {
      isEnabled: false,
      hears: 'destroy' in reactions,
      enable: () => {
        state.isEnabled = true;
        for (const hook of made) hook.enable();
      },
      disable: () => {
        state.isEnabled = false;
        for (const hook of made) hook.disable();
      },
    };
    this.hooks.push(state);
    return state;
  }

  /** @param {string} name @param {Recording} recording @param {any} reactions @param {() => any} self */
  #callbacks(name, recording, reactions, self) {
    const run = this;
    /** @param {Phase} phase @param {(recording: Recording, args: any[]) => void} record */
    const callback = (phase, record) => {
      const waiting = [...reactions[phase]];
      let calls = 0;
      return function (/** @type {any[]} */ ...args) {
        // @ts-ignore `this` belongs to what is compared.
        const isSelf = this === self();
        if (phase === 'init' && run.#createsOwn) run.#own.add(args[0]);
        if (run.#own.has(args[0])) return;
        record(recording, args);
        if (!isSelf) recording.lines.push(`${name} ${phase}: \`this\` is not the hook`);
        if (recording.isCollecting) return;
        calls++;
        for (const { nth, react } of waiting) if (nth === calls) run.#react(name, phase, react);
      };
    };
    const all = /** @type {Record<Phase, any>} */ ({
      init: () => callback('init', (to, [id, type, trigger, resource]) => to.init(name, id, type, trigger, resource)),
      before: () => callback('before', (to, [id]) => to.enter(name, 'before', id)),
      after: () => callback('after', (to, [id]) => to.enter(name, 'after', id)),
      destroy: () => callback('destroy', (to, [id]) => to.destroy(name, id)),
      promiseResolve: () => callback('promiseResolve', (to, [id]) => to.enter(name, 'promiseResolve', id)),
    });
    return Object.fromEntries(Object.keys(reactions).map((phase) => [phase, all[/** @type {Phase} */ (phase)]()]));
  }

  /** @param {number} nth @param {Function} react */
  #at(nth, react) {
    return { nth, react };
  }

  /** @param {string} hook @param {Phase} phase @param {Function} react */
  #react(hook, phase, react) {
    if (this.#reacting > 1) return;
    this.#reacting++;
    try {
      this.happened(`${hook} ${phase} reacts`);
      react();
    } catch (error) {
      this.happened('caught by the hook', error);
    } finally {
      this.#reacting--;
    }
  }

  /** @param {number} id */
  see(id) {
    const store = this.storage.getStore();
    this.happened(`at ${id}${store === undefined ? '' : ` store ${store}`}`);
  }

  /** @param {string} what @param {any} [value] */
  happened(what, value) {
    const isExpected =
      value === undefined || value instanceof Thrown || value instanceof Promise || value === null || typeof value !== 'object';
    const text =
      value === undefined
        ? ''
        : isExpected || value instanceof AggregateError
          ? ` ${value?.message ?? typeof value}`
          : ` unexpected ${value}`;
    for (const recording of this.recordings) recording.note(`${what}${text}`);
  }

  /** @param {number} id @param {any} error */
  #caught(id, error) {
    this.happened(`caught at ${id}`, error);
  }

  /** A function of the program that says that it is called. @param {number} id @param {Function} callback */
  #mark(id, callback) {
    const run = this;
    return (/** @type {any[]} */ ...args) => {
      const calls = (run.#calls.get(id) ?? 0) + 1;
      run.#calls.set(id, calls);
      run.see(id);
      return calls <= CALLS ? callback(...args) : undefined;
    };
  }

  /** One that the program waits for. @param {number} id @param {Function} callback @param {number} [times] */
  #once(id, callback, times = 1) {
    const run = this;
    const marked = this.#mark(id, callback);
    let left = times;
    this.#live++;
    const release = (/** @type {number} */ count) => {
      if (left === 0) return;
      left = Math.max(0, left - count);
      if (left > 0) return;
      run.#live--;
      if (times > 1) run.#intervals--;
    };
    const called = function (/** @type {any[]} */ ...args) {
      try {
        // @ts-ignore `this` is the interval's timer.
        if (times > 1 && left === 1) clearInterval(this);
        return marked(...args);
      } finally {
        release(1);
      }
    };
    run.#waits.set(called, () => release(times));
    return called;
  }

  /** @param {number} id @param {Function} callback */
  #twice(id, callback) {
    this.#intervals++;
    return this.#once(id, callback, 2);
  }

  /** @param {any} timer */
  #clear(timer) {
    if (timer === undefined) return;
    this.#waits.get(timer._onTimeout ?? timer._onImmediate)?.();
    if ('_onImmediate' in timer) clearImmediate(timer);
    else clearTimeout(timer);
  }

  // The end

  /** @param {() => void} callback */
  #nextTurn(callback) {
    this.#createsOwn = true;
    const immediate = /** @type {any} */ (setImmediate(callback));
    this.#createsOwn = false;
    this.#own.add(immediate[kImmediateId]);
  }

  #isOver() {
    if (this.#isStuck) return true;
    const { length } = this.recordings[0].lines;
    const isIdle =
      this.#live === 0 && length === this.#lengthBefore && process.getActiveResourcesInfo().every((name) => BACKGROUND.has(name));
    this.#lengthBefore = length;
    this.#idle = isIdle ? this.#idle + 1 : 0;
    return this.#idle >= IDLE_TURNS;
  }

  /** @param {() => void} done */
  #finish(done) {
    for (const recording of this.recordings) {
      recording.isCollecting = true;
      recording.forget();
    }
    for (const list of [this.timers, this.resources, this.promises, this.settlers, this.bounds, this.emitters]) list.length = 0;
    this.#waits.clear();
    const hears = this.hooks.some(({ isEnabled, hears }) => isEnabled && hears);
    this.#collect(this.program.collects && hears ? COLLECTIONS : 0, () => {
      for (const hook of this.hooks) hook.disable();
      this.storage.disable();
      this.#nextTurn(() => this.#nextTurn(done));
    });
  }

  /** @param {number} times @param {() => void} done */
  #collect(times, done) {
    if (times === 0) return done();
    collectGarbage();
    this.#turns(TURNS_BETWEEN, () => this.#collect(times - 1, done));
  }

  /** @param {number} count @param {() => void} done */
  #turns(count, done) {
    if (count === 0) done();
    else this.#nextTurn(() => this.#turns(count - 1, done));
  }
}

/** Where an Immediate keeps its id: of the numbers that it has, its trigger's is the lower one. */
function immediateIdSymbol() {
  const probe = /** @type {any} */ (setImmediate(() => {}));
  clearImmediate(probe);
  const symbols = Object.getOwnPropertySymbols(probe).filter((symbol) => typeof probe[symbol] === 'number');
  return symbols.reduce((best, symbol) => (probe[symbol] > probe[best] ? symbol : best));
}

/** Lets timers become due: then the event loop takes all in the same order each time. @param {number} milliseconds */
function pause(milliseconds) {
  Atomics.wait(clock, 0, 0, milliseconds + 0.2);
}

/**
 * @param {Program} program
 * @param {{ modules: any[], patience: number, nextOwnId?: () => number }} options
 * @param {(parts: Part[], isStuck: boolean) => void} done
 */
function interpret(program, { modules, patience, nextOwnId }, done) {
  new Run(program, modules, patience, nextOwnId).start(done);
}

module.exports = { interpret };
