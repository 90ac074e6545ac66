'use strict';

/** Makes a random program from a seed. */

const { carriers } = require('./carriers');
const { awaits, captures } = require('./operations');
const { OBJECTS, PRIMITIVES, features } = require('./program');
const { Random } = require('../common/random');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').Program} Program */

const MAX_DEPTH = 6;
const REGISTERS = 2;
const CARRIERS = Object.keys(carriers);
const PRIMITIVE_NAMES = [...PRIMITIVES.keys()];

/** How often each operation is taken. Those of ASYNC only where something can be awaited. */
const SYNC = {
  probe: 6,
  run: 12,
  enterWith: 9,
  exit: 4,
  disable: 4,
  fill: 1,
  scope: features.withScope ? 3 : 0,
  open: features.withScope ? 1 : 0,
  close: features.withScope ? 1 : 0,
  capture: 4,
  invoke: 5,
  later: 8,
  spawn: 3,
  listen: 2,
  emit: 2,
  bindStore: 2,
  unbindStore: 1,
  runStores: 2,
  generator: 2,
  next: 3,
  settle: 1,
};
const ASYNC = { ...SYNC, await: 9, step: 10, call: 4, combine: 2, each: 2, wait: 2 };

/** Whose body may be an async function. */
const MAYBE_ASYNC = new Set(['run', 'exit', 'scope', 'invoke', 'runStores']);
/** The operations with a body: sync or async, as given here or as it turns out. */
const BODIES = new Map(
  /** @type {[string, boolean][]} */ ([
    ['run', false],
    ['exit', false],
    ['scope', false],
    ['invoke', false],
    ['runStores', false],
    ['later', false],
    ['step', false],
    ['listen', false],
    ['generator', false],
    ['spawn', true],
    ['call', true],
    ['each', true],
  ]),
);
const WITH_STORAGE = new Set(['run', 'enterWith', 'exit', 'disable', 'scope', 'open', 'bindStore', 'unbindStore']);
const WITH_STORE = new Set(['run', 'enterWith', 'fill', 'scope', 'open', 'bindStore']);
const WITH_REGISTER = new Set(['open', 'close', 'capture', 'invoke', 'generator', 'next', 'wait', 'settle']);

/** @type {Record<string, (random: Random) => string>} */
const WAYS = {
  capture: (random) => random.pick(captures),
  later: (random) => random.pick(CARRIERS),
  step: (random) => random.pick(CARRIERS),
  await: (random) => random.pick(awaits),
  combine: (random) => random.pick(['all', 'allSettled', 'race', 'any']),
  listen: (random) => random.pick(['emitter', 'target']),
  emit: (random) => random.pick(['emitter', 'target']),
};

class Generator {
  #random;
  #left;
  #count;
  #stores;
  #lastId = 0;

  /** @param {Random} random @param {number} steps @param {number} count of storages */
  constructor(random, steps, count) {
    this.#random = random;
    this.#left = steps;
    this.#count = count;
    // Few, so that the one that is entered often is the one that is active.
    this.#stores = [...OBJECTS.slice(0, 1 + random.int(OBJECTS.length)), random.pick(PRIMITIVE_NAMES), random.pick(PRIMITIVE_NAMES)];
  }

  /** @returns {Operation[]} */
  main() {
    const block = [];
    while (this.#left > 0) block.push(this.#operation(true, 0));
    return block;
  }

  /** @param {boolean} isAsync @param {number} depth @returns {Operation[]} */
  #block(isAsync, depth) {
    const block = [];
    for (let left = 1 + this.#random.int(4); left > 0 && this.#left > 0; left--) block.push(this.#operation(isAsync, depth));
    if (this.#random.chance(0.06)) block.push({ id: ++this.#lastId, op: 'throw' });
    return block;
  }

  /** @param {boolean} isAsync @param {number} depth @returns {Operation} */
  #operation(isAsync, depth) {
    const random = this.#random;
    this.#left--;
    let op = random.weighted(isAsync ? ASYNC : SYNC);
    if (depth >= MAX_DEPTH && (BODIES.has(op) || op === 'combine')) op = 'probe';
    /** @type {Operation} */
    const operation = { id: ++this.#lastId, op };
    if (WITH_STORAGE.has(op)) operation.s = random.int(this.#count);
    if (WITH_STORE.has(op)) operation.v = this.#store(op);
    if (WITH_REGISTER.has(op)) operation.reg = random.int(REGISTERS);
    if (op in WAYS) operation.how = WAYS[op](random);
    if (MAYBE_ASYNC.has(op) && random.chance(isAsync ? 0.5 : 0.2)) operation.async = true;
    if (BODIES.has(op)) operation.body = this.#block(operation.async ?? BODIES.get(op) ?? false, depth + 1);
    if (op === 'combine') operation.blocks = [this.#block(true, depth + 1), this.#block(true, depth + 1)];
    return operation;
  }

  /** @param {string} op */
  #store(op) {
    const random = this.#random;
    // Only those that take it at once can take the one that is active.
    if (op !== 'fill' && op !== 'bindStore' && random.chance(0.15)) return 'active';
    return random.pick(this.#stores);
  }
}

/** Few storages mostly, and now and then so many that they are kept in another way. @param {Random} random */
function storageCount(random) {
  if (random.chance(0.65)) return 1 + random.int(3);
  return random.chance(0.6) ? 4 + random.int(5) : 9 + random.int(50);
}

/** @param {number} seed @param {number} steps how many operations a program has at most @returns {Program} */
function generate(seed, steps) {
  const random = new Random(seed);
  const count = storageCount(random);
  const storages = Array.from({ length: count }, () => ({
    ours: random.chance(0.5),
    ...(features.defaultValue && random.chance(0.25) ? { fallback: random.pick(['default', 'default', 'null', '0', 'undefined']) } : {}),
  }));
  // Of each one at least.
  if (count > 1) Object.assign(storages[0], { ours: !storages[1].ours });
  return {
    seed,
    storages,
    background: random.weighted({ none: 5, storage: 4, hook: 1 }),
    dense: random.chance(0.7),
    main: new Generator(random, 4 + random.int(Math.max(1, steps - 4)), count).main(),
  };
}

module.exports = { generate };
