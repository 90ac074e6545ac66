'use strict';

/** What each operation of a program does. A promise that one returns is awaited where the block is an async function. */

const builtin = require('../../../lib/node/builtin');
const { carriers, turnsOf } = require('./carriers');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {any} Run the one of `interpret.js` */
/** @typedef {import('./interpret').Scope} Scope */
/** @typedef {(run: Run, operation: Operation, scope: Scope) => unknown} Perform */

/** What a program throws. */
class Thrown extends Error {}

/** How often a program emits at most. */
const EMISSIONS = 6;

/** What the callbacks of `run` and `exit` return. */
const RESULT = { result: true };

/** @type {Record<string, Perform>} */
const stores = {
  probe: (run, op, scope) => run.probe(op, 'probe', scope),
  enterWith: (run, op) => void run.storages[op.s ?? 0].enterWith(run.storeOf(op)),
  disable: (run, op) => void run.storages[op.s ?? 0].disable(),
  fill: (run, op) => {
    for (const storage of run.storages) storage.enterWith(run.stores.get(op.v));
  },
  throw: () => {},

  run(run, op, scope) {
    const outside = builtin.executionAsyncId();
    /** @type {any} */
    let inner;
    const returned = run.storages[op.s ?? 0].run(
      run.storeOf(op),
      function (/** @type {any[]} */ ...args) {
        // @ts-ignore What `this` is belongs to what is compared.
        run.note(op, 'called', [this === null, args.length, args[0] === op, builtin.executionAsyncId() === outside], scope);
        inner = run.enter(op, scope);
        return RESULT;
      },
      op,
      2,
    );
    run.note(op, 'returned', returned === RESULT, scope);
    return inner;
  },

  exit(run, op, scope) {
    /** @type {any} */
    let inner;
    const returned = run.storages[op.s ?? 0].exit(
      (/** @type {any[]} */ ...args) => {
        run.note(op, 'called', [args.length, args[0] === op], scope);
        inner = run.enter(op, scope);
        return RESULT;
      },
      op,
      2,
    );
    run.note(op, 'returned', returned === RESULT, scope);
    return inner;
  },

  scope(run, op, scope) {
    const entered = run.storages[op.s ?? 0].withScope(run.storeOf(op));
    if (op.async) return inScope(run, op, scope, entered);
    try {
      return run.enter(op, scope);
    } finally {
      entered.dispose();
    }
  },

  open(run, op) {
    run.registers[op.reg ?? 0] = run.storages[op.s ?? 0].withScope(run.storeOf(op));
  },
  close(run, op) {
    run.registers[op.reg ?? 0]?.dispose?.();
  },
};

/** @param {Run} run @param {Operation} op @param {Scope} scope @param {any} entered */
async function inScope(run, op, scope, entered) {
  try {
    return await run.enter(op, scope);
  } finally {
    entered[Symbol.dispose ?? 'dispose']();
  }
}

/** @type {Record<string, (module: any) => (call: () => unknown) => unknown>} what was captured, as a function that calls in it */
const captures = {
  snapshot: ({ AsyncLocalStorage }) => AsyncLocalStorage.snapshot(),
  bind: ({ AsyncLocalStorage }) => AsyncLocalStorage.bind((/** @type {() => unknown} */ call) => call()),
  staticBind: ({ AsyncResource }) => AsyncResource.bind((/** @type {() => unknown} */ call) => call()),
  resource({ AsyncResource }) {
    const resource = new AsyncResource('Fuzz');
    return (call) => resource.runInAsyncScope(call);
  },
  resourceBind({ AsyncResource }) {
    return new AsyncResource('Fuzz').bind((/** @type {() => unknown} */ call) => call());
  },
};

/** @type {Record<string, Perform>} */
const elsewhere = {
  capture(run, op) {
    run.registers[op.reg ?? 0] = captures[op.how ?? 'snapshot'](run.composition.helper(op.id));
  },
  invoke(run, op, scope) {
    const capture = run.registers[op.reg ?? 0];
    return typeof capture === 'function' ? capture(() => run.enter(op, scope)) : run.enter(op, scope);
  },

  listen(run, op) {
    const listener = () => void run.enter(op, run.emitting);
    if (op.how === 'target') run.target.addEventListener('event', () => guarded(run, op, run.emitting, listener)());
    else run.emitter.on('event', listener);
  },
  emit(run, op, scope) {
    // A listener that emits would never end, and neither would one whose timers do.
    if (run.emitting || ++run.emitted > EMISSIONS) return;
    run.emitting = run.inside(op, { ...scope, detached: true });
    try {
      if (op.how === 'target') run.target.dispatchEvent(new Event('event'));
      else run.emitter.emit('event');
    } finally {
      run.emitting = undefined;
    }
  },

  bindStore: (run, op) => void run.channel.bindStore(run.storages[op.s ?? 0], () => run.stores.get(op.v)),
  unbindStore: (run, op) => void run.channel.unbindStore(run.storages[op.s ?? 0]),
  runStores: (run, op, scope) => run.channel.runStores({}, () => run.enter(op, scope)),

  generator(run, op) {
    /** @type {{ steps?: Generator, scope?: Scope }} */
    const generator = {};
    generator.steps = generate(run, op.body ?? [], generator);
    run.generators[op.reg ?? 0] = generator;
  },
  next(run, op, scope) {
    const generator = run.generators[op.reg ?? 0];
    // One that is running cannot be resumed.
    if (generator === undefined || generator.scope !== undefined) return;
    generator.scope = run.inside(op, scope);
    try {
      generator.steps.next();
    } finally {
      generator.scope = undefined;
    }
  },
};

/** @param {Run} run @param {Operation[]} block @param {{ scope?: Scope }} generator where it was resumed */
function* generate(run, block, generator) {
  for (const operation of block) {
    run.one(operation, generator.scope);
    yield;
  }
}

/**
 * Nothing that is thrown in a callback may reach the runtime.
 *
 * @param {Run} run
 * @param {Operation} op
 * @param {Scope} scope
 * @param {() => void} call
 */
function guarded(run, op, scope, call) {
  return () => {
    try {
      call();
    } catch (error) {
      run.note(op, 'caught', error, scope);
    }
  };
}

/** @type {Record<string, Perform>} */
const later = {
  later(run, op, scope) {
    const how = op.how ?? 'nextTick';
    run.hold(turnsOf(how));
    const call = guarded(run, op, scope, () => run.enter(op, { ...scope, detached: true }));
    carriers[how](() => {
      call();
      run.release();
    }, run.composition.helper(op.id));
  },

  step(run, op, scope) {
    const how = op.how ?? 'nextTick';
    let turns = turnsOf(how);
    const call = guarded(run, op, scope, () => run.enter(op, { ...scope, detached: true }));
    return new Promise((/** @type {(value?: any) => void} */ resolve) =>
      carriers[how](() => {
        call();
        if (--turns === 0) resolve();
      }, run.composition.helper(op.id)),
    );
  },

  spawn(run, op, scope) {
    run.track(run.enter({ ...op, async: true }, { ...scope, detached: true }));
  },
  call: (run, op, scope) => run.enter({ ...op, async: true }, scope),

  await: (run, op, scope) => awaits[op.how ?? 'nothing'](run, op, scope),

  async wait(run, op, { detached }) {
    if (detached) await run.gate(op.reg ?? 0).promise;
  },
  settle: (run, op) => run.gate(op.reg ?? 0).open(),

  combine(run, op, scope) {
    const strands = (op.blocks ?? []).map((block, index) => run.blockAsync(block, run.inside(op, scope, 'ab'[index])));
    for (const strand of strands) run.track(strand);
    const how = /** @type {'all'} */ (op.how ?? 'all');
    return Promise[how](strands);
  },

  async each(run, op, scope) {
    for await (const _ of produce(run, op.body ?? [], run.inside(op, scope))) run.probe(op, 'each', scope);
  },
};

/** @param {Run} run @param {Operation[]} block @param {Scope} scope */
async function* produce(run, block, scope) {
  for (const operation of block) {
    await run.oneAsync(operation, scope);
    yield;
  }
}

/** @type {Record<string, (run: Run, op: Operation, scope: Scope) => Promise<unknown>>} */
const awaits = {
  async nothing() {
    await null;
  },
  async resolved() {
    await Promise.resolve().then(() => {});
  },
  async rejected() {
    await new Promise((_, reject) => reject(new Thrown('rejected')));
  },
  async thenable(run, op, scope) {
    await {
      then(/** @type {() => void} */ resolve) {
        run.probe(op, 'then', scope);
        resolve();
      },
    };
  },
  subclass: (run, op, scope) => Other.resolve().then(() => run.probe(op, 'then', scope)),
  async nested() {
    await (async () => (async () => null)())();
  },
};

class Other extends Promise {}

/** @type {Record<string, Perform>} */
const operations = { ...stores, ...elsewhere, ...later };

module.exports = { Thrown, operations, captures: Object.keys(captures), awaits: Object.keys(awaits) };
