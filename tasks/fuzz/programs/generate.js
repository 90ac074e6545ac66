'use strict';

/** Makes a random program from a seed. */

const { Random } = require('../common/random');
const { operations } = require('./operations');
const { PHASES, REGISTERS, features } = require('./program');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').HookSpec} HookSpec */
/** @typedef {import('./program').Program} Program */

const MAX_DEPTH = 5;

/** How many blocks end with an exception, which nothing in them could follow. */
const THROWING = 0.05;

const ASYNC = Object.fromEntries(Object.entries(operations).map(([name, { weight }]) => [name, weight]));
const SYNC = Object.fromEntries(Object.entries(ASYNC).filter(([name]) => !operations[name].awaits));
// What takes threads or sockets is not made over and over by what a hook does with each event.
const IN_HOOK = Object.fromEntries(
  Object.entries({ ...SYNC, on: 20, off: 16, resource: 10, promise: 10, then: 10 }).filter(([name]) => !operations[name].later),
);

class Generator {
  #random;
  #left;
  #hooks;
  #lastId = 0;

  /** @param {Random} random @param {number} steps @param {number} hooks how many there are */
  constructor(random, steps, hooks) {
    this.#random = random;
    this.#left = steps;
    this.#hooks = hooks;
  }

  /** @returns {Operation[]} */
  main() {
    /** @type {Operation[]} */
    const block = this.#random.chance(0.9) ? [{ id: ++this.#lastId, op: 'on', hook: 0 }] : [];
    while (this.#left > 0) block.push(this.#operation(SYNC, 0));
    return block;
  }

  /** What a hook does at one of its calls. */
  reaction() {
    const left = this.#left;
    this.#left = 1 + this.#random.int(3);
    const body = [];
    while (this.#left > 0) body.push(this.#operation(IN_HOOK, 2));
    this.#left = left;
    return { nth: 1 + this.#random.int(this.#random.chance(0.5) ? 3 : 12), body };
  }

  /** @param {Record<string, number>} weights @param {number} depth @returns {Operation[]} */
  #block(weights, depth) {
    const block = [];
    for (let left = this.#random.int(5); left > 0 && this.#left > 0; left--) block.push(this.#operation(weights, depth));
    if (this.#random.chance(THROWING)) block.push({ id: ++this.#lastId, op: 'throw' });
    return block;
  }

  /** @param {Record<string, number>} weights @param {number} depth @returns {Operation} */
  #operation(weights, depth) {
    const random = this.#random;
    this.#left--;
    const op = random.weighted(weights);
    const { ways, often, hook, reg, from, body } = operations[op];
    /** @type {Operation} */
    const operation = { id: ++this.#lastId, op };
    if (ways) operation.how = often ? random.weighted(often) : random.pick(ways);
    if (hook) operation.hook = random.int(this.#hooks);
    if (reg) operation.reg = random.int(REGISTERS);
    if (from) operation.from = random.int(REGISTERS);
    if (body === undefined || body === 'none') return operation;
    if (body === 'function' && random.chance(0.25)) operation.async = true;
    const inner = body === 'async' || operation.async ? ASYNC : weights === ASYNC && op !== 'promise' && body === 'block' ? ASYNC : SYNC;
    operation.body = depth < MAX_DEPTH ? this.#block(inner, depth + 1) : [];
    return operation;
  }
}

/** @param {Random} random @param {Generator} generator @returns {HookSpec} */
function makeHook(random, generator) {
  const all = random.chance(0.35);
  /** @type {HookSpec['callbacks']} */
  const callbacks = {};
  for (const phase of PHASES) {
    if (!all && random.chance(0.4)) continue;
    callbacks[phase] = random.chance(0.12) ? [generator.reaction()] : [];
  }
  const ignoresPromises = features.trackPromises && !callbacks.promiseResolve && random.chance(0.3);
  return { callbacks, ...(ignoresPromises ? { ignoresPromises } : {}) };
}

/** @param {number} seed @param {number} steps how many operations a program has at most @returns {Program} */
function generate(seed, steps) {
  const random = new Random(seed);
  const count = random.weighted({ 1: 4, 2: 4, 3: 2, 4: 1 });
  const generator = new Generator(random, 3 + random.int(Math.max(1, steps - 3)), Number(count));
  const main = generator.main();
  return { seed, hooks: Array.from({ length: Number(count) }, () => makeHook(random, generator)), collects: random.chance(0.15), main };
}

module.exports = { generate };
