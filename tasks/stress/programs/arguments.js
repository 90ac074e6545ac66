'use strict';

/**
 * `arguments.js FROM`: every export with every value in every place, and with every pair of values, without hooks and with one; from
 * this section on. Of each call a line: what it returned, or what it threw.
 */

const fs = require('node:fs');
const { types } = require('node:util');

const ah = require('./module');
const { NAMES, VALUES } = require('./values');

const [major, minor] = process.versions.node.split('.').map(Number);
/** What a Node does not know it does not read. */
const knowsTrackPromises = major > 24 || (major === 24 && minor >= 12);
const knowsStorageOptions = major >= 24;

const EVENTS = ['init', 'before', 'after', 'destroy', 'promiseResolve'];
/** On what is no resource, `runInAsyncScope` ends the process (`hostile-cases.js`); on what is no storage, Node's `enterWith` stays. */
const LEFT_OUT = ['constructor', 'withScope', 'runInAsyncScope', 'enterWith'];
/** What Node calls for itself. */
const INTERNAL = /^_/;
const MANUAL = { requireManualDestroy: true };

/**
 * @param {any} value
 * @param {number} [depth]
 * @returns {string}
 */
function describe(value, depth = 0) {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : `${typeof value} ${String(value).slice(0, 60)}`;
  try {
    const name = value.constructor?.name ?? 'no class';
    return types.isPromise(value) || depth > 0 ? name : `${name} ${describeKeys(value)}`;
  } catch {
    return 'an object that cannot be described';
  }
}

/** @param {any} value */
function describeKeys(value) {
  return value instanceof ah.AsyncResource
    ? `type ${typeof value.asyncId()}, trigger ${typeof value.triggerAsyncId()}`
    : Object.keys(value).join();
}

/**
 * The first line of the message: more shows a whole object, with its ids.
 * @param {any} error
 */
function describeError(error) {
  if (!types.isNativeError(error)) return describe(error);
  const { name, code, message } = /** @type {any} */ (error);
  // How V8 says that something cannot be called changes when the code is optimized.
  const said = /is not a function$|was called on .* not a function$/.test(message)
    ? 'not a function'
    : message.split('\n')[0].slice(0, 300);
  return `${error.constructor.name}, ${name}, ${code}, ${said}`;
}

/**
 * Ours know their hooks and storages by private fields, so what is none is a TypeError, where Node's may answer something.
 * @param {() => unknown} call
 */
function endsWell(call) {
  const outcome = outcomeOf(call);
  return /^(returns |throws (TypeError|undefined|Error, Error, undefined, hostile))/.test(outcome) ? 'well' : outcome;
}

/** @param {() => unknown} call */
function outcomeOf(call) {
  try {
    return `returns ${describe(call())}`;
  } catch (error) {
    return `throws ${describeError(error)}`;
  }
}

/** A place for one value or two: what is called with them. @typedef {(first: any, second: any) => unknown} Place */

/** @returns {Record<string, Place>} */
function places() {
  const resource = new ah.AsyncResource('ARGUMENTS', MANUAL);
  const storage = new ah.AsyncLocalStorage();
  const inside = () => storage.getStore();
  const prototypes = /** @type {Record<string, any>} */ ({
    AsyncResource: ah.AsyncResource.prototype,
    AsyncLocalStorage: ah.AsyncLocalStorage.prototype,
    AsyncHook: Object.getPrototypeOf(ah.createHook({})),
  });
  /** @type {Record<string, Place>} */
  const all = {
    'createHook(a)': (a) => ah.createHook(a),
    'createHook({ init: a, promiseResolve: b })': (a, b) => ah.createHook({ init: a, promiseResolve: b }),
    'new AsyncResource(a, b)': (a, b) => new ah.AsyncResource(a, b),
    "new AsyncResource('x', { triggerAsyncId: a, requireManualDestroy: b })": (a, b) =>
      new ah.AsyncResource('x', { triggerAsyncId: a, requireManualDestroy: b }).triggerAsyncId(),
    'AsyncResource.bind(a, b)': (a, b) => ah.AsyncResource.bind(a, b),
    'AsyncResource.bind(a, "x", b)()': (a, b) => ah.AsyncResource.bind(a, 'x', b)(),
    'resource.bind(a, b)()': (a, b) => resource.bind(a, b)(),
    'resource.runInAsyncScope(a, b)': (a, b) => resource.runInAsyncScope(a, b),
    'resource.runInAsyncScope(f, a, b)': (a, b) =>
      resource.runInAsyncScope(
        function f(x) {
          return [typeof this, typeof x].join();
        },
        a,
        b,
      ),
    'storage.run(a, b)': (a, b) => storage.run(a, b),
    'storage.run(a, f, b)': (a, b) => storage.run(a, (x) => [Object.is(inside(), a), Object.is(x, b)].join(), b),
    'storage.exit(a, b)': (a, b) => storage.exit(a, b),
    'storage.enterWith(a)': (a) => {
      storage.enterWith(a);
      return Object.is(inside(), a);
    },
    'AsyncLocalStorage.bind(a)(b)': (a, b) => ah.AsyncLocalStorage.bind(a)(b),
    'AsyncLocalStorage.snapshot()(a, b)': (a, b) => ah.AsyncLocalStorage.snapshot()(a, b),
    'class extends a': (a) => Reflect.construct(ah.AsyncResource, ['x', MANUAL], a),
  };
  for (const event of EVENTS) all[`createHook({ ${event}: a })`] = (a) => ah.createHook({ [event]: a });
  for (const name of ['executionAsyncId', 'triggerAsyncId', 'executionAsyncResource', 'createHook', 'AsyncResource', 'AsyncLocalStorage']) {
    const callee = /** @type {any} */ (ah)[name];
    all[`${name}.call(a)`] = (a) => typeof callee.call(a);
    all[`new ${name}(a)`] = name.startsWith('AsyncL') ? () => new callee() : (a) => typeof new callee(a);
  }
  for (const [name, prototype] of Object.entries(prototypes)) {
    for (const method of Object.getOwnPropertyNames(prototype)) {
      // What only newer Nodes have cannot be compared.
      const { value } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(prototype, method));
      if (typeof value !== 'function' || LEFT_OUT.includes(method) || INTERNAL.test(method)) continue;
      all[`${name}#${method}.call(a, b)`] =
        name === 'AsyncResource' ? (a, b) => typeof value.call(a, b) : (a, b) => endsWell(() => value.call(a, b));
    }
  }
  if (knowsTrackPromises) {
    all['createHook({ trackPromises: a, promiseResolve: b })'] = (a, b) => ah.createHook({ trackPromises: a, promiseResolve: b });
  }
  if (knowsStorageOptions) {
    all['new AsyncLocalStorage(a)'] = (a) => new ah.AsyncLocalStorage(a);
    all['new AsyncLocalStorage({ name: a, defaultValue: b })'] = (a, b) => {
      const made = /** @type {any} */ (new ah.AsyncLocalStorage({ name: a, defaultValue: b }));
      return [made.name, Object.is(made.getStore(), b)].join();
    };
  }
  return all;
}

/** What is asked of options, in which order. */
function reads() {
  /** @type {string[]} */
  const seen = [];
  const spy = () =>
    new Proxy(
      {},
      {
        get(_target, key) {
          seen.push(`get ${String(key)}`);
        },
        has(_target, key) {
          return seen.push(`has ${String(key)}`) < 0;
        },
        ownKeys() {
          return seen.push('ownKeys') < 0 ? [] : [];
        },
        getPrototypeOf() {
          return seen.push('getPrototypeOf') < 0 ? null : null;
        },
        getOwnPropertyDescriptor(_target, key) {
          return seen.push(`describe ${String(key)}`) < 0 ? undefined : undefined;
        },
      },
    );
  for (const call of [() => ah.createHook(spy()), () => new ah.AsyncResource('x', spy())]) {
    seen.push(`: ${outcomeOf(call).slice(0, 40)}`);
  }
  if (knowsStorageOptions) seen.push(`: ${outcomeOf(() => new ah.AsyncLocalStorage(spy())).slice(0, 40)}`);
  return seen.filter((line) => knowsTrackPromises || line !== 'get trackPromises');
}

/** @param {Place} place */
function linesOf(place) {
  const second = place.length > 1 ? NAMES : ['undefined'];
  return NAMES.flatMap((a) => second.map((b) => `${a}, ${b}: ${outcomeOf(() => place(VALUES[a](), VALUES[b]()))}`));
}

function main() {
  // Nobody looks at them, and they would take most of the time.
  Error.stackTraceLimit = 0;
  process.on('unhandledRejection', () => {});
  const from = Number(process.argv[2]);
  let index = 0;
  const print = (/** @type {string} */ title, /** @type {() => string[]} */ lines) => {
    if (index++ < from) return;
    fs.writeSync(1, `# ${title}\n`);
    fs.writeSync(1, `${lines().join('\n')}\n`);
  };
  print('what is read of options', reads);
  for (const state of ['without hooks', 'with a hook']) {
    if (state === 'with a hook') ah.createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
    for (const [name, place] of Object.entries(places())) print(`${name} ${state}`, () => linesOf(place));
  }
}

main();
