'use strict';

/**
 * The operations: how often each is taken, what it has, and the JavaScript that it stands for. The names in that text are
 * those that `interpret.js` gives to a program.
 */

const { features } = require('./program');

/** @typedef {import('./program').Operation} Operation */

/**
 * @typedef {object} Kind
 * @property {number} weight
 * @property {string[]} [ways] the simplest first
 * @property {Record<string, number>} [often] how often each way is taken, where not all alike
 * @property {boolean} [hook] whether it is about a hook
 * @property {boolean} [reg]
 * @property {boolean} [from]
 * @property {'none' | 'function' | 'block' | 'async'} [body] `function`: called as one, sync or async; `block`: as sync or
 *   async as what is around it; `async`: always
 * @property {boolean} [later] whether what it does takes threads or sockets
 * @property {boolean} [awaits] only in async functions
 * @property {(operation: any, body: string) => string} text
 */

const fn = (/** @type {Operation} */ { async }, /** @type {string} */ body, parameters = '') =>
  `${async ? 'async ' : ''}(${parameters}) => {${body}}`;
const mark = (/** @type {Operation} */ operation, /** @type {string} */ body, parameters = '') =>
  `mark(${operation.id}, ${fn(operation, body, parameters)})`;
const call = (/** @type {Operation} */ operation, /** @type {string} */ body) => `once(${operation.id}, ${fn(operation, body)})`;

/** @type {Record<string, Kind>} */
const scheduling = {
  tick: { weight: 7, body: 'function', text: (op, body) => `process.nextTick(${call(op, body)})` },
  microtask: { weight: 5, body: 'function', text: (op, body) => `queueMicrotask(${call(op, body)})` },
  immediate: {
    weight: 7,
    body: 'function',
    reg: true,
    ways: ['plain', 'unref'],
    text: (op, body) => `timers[${op.reg}] = setImmediate(${call(op, body)})${op.how === 'unref' ? '.unref()' : ''}`,
  },
  timeout: {
    weight: 5,
    body: 'function',
    reg: true,
    ways: ['plain', 'unref', 'long'],
    often: { plain: 8, unref: 2, long: 1 },
    text: (op, body) =>
      `timers[${op.reg}] = setTimeout(${call(op, body)}, ${op.how === 'long' ? 3 : 1})` +
      `${op.how === 'unref' ? '.unref()' : ''}; pause(${op.how === 'long' ? 3 : 1})`,
  },
  interval: {
    weight: 1,
    body: 'function',
    reg: true,
    text: (op, body) => `timers[${op.reg}] = setInterval(twice(${op.id}, ${fn(op, body)}), 1); pause(1)`,
  },
  clear: { weight: 2, reg: true, text: ({ reg }) => `clear(timers[${reg}])` },
  refresh: { weight: 1, reg: true, text: ({ reg }) => `timers[${reg}]?.refresh?.(); pause(3)` },
  later: {
    weight: 3,
    body: 'function',
    later: true,
    ways: [
      'stat',
      'access',
      'fsPromise',
      'timeoutPromise',
      'immediatePromise',
      'random',
      'pbkdf2',
      'port',
      'deflate',
      'invalidDeflate',
      'stream',
      'finished',
      'pipeline',
      'abort',
      'refused',
      'tcp',
      'http',
      'worker',
    ],
    often: {
      stat: 10,
      access: 5,
      fsPromise: 6,
      timeoutPromise: 4,
      immediatePromise: 4,
      random: 6,
      pbkdf2: 4,
      port: 4,
      deflate: 3,
      invalidDeflate: 2,
      stream: 2,
      finished: 2,
      pipeline: 2,
      abort: 2,
      refused: 2,
      tcp: 3,
      http: 2,
      worker: 0.15,
    },
    text: (op, body) => `later.${op.how}(${call(op, body)}); ${op.how === 'timeoutPromise' ? 'pause(1)' : 'pauseForThreads()'}`,
  },
};

/** @type {Record<string, Kind>} */
const promises = {
  promise: {
    weight: 6,
    reg: true,
    from: true,
    body: 'block',
    ways: ['resolve', 'reject', 'keep', 'promise', 'thenable', 'pending'],
    often: { resolve: 4, reject: 3, keep: 4, promise: 3, thenable: 2, pending: 1 },
    text(op, body) {
      const endings = /** @type {Record<string, string>} */ ({
        resolve: 'resolve(1);',
        reject: `reject(thrown(${op.id}));`,
        keep: `settlers[${op.reg}] = { resolve, reject };`,
        promise: `resolve(promise(${op.from}));`,
        thenable: 'resolve({ then: (done) => done(1) });',
        pending: '',
      });
      return `promises[${op.reg}] = new Promise((resolve, reject) => {${body} ${endings[op.how]} })`;
    },
  },
  settle: {
    weight: 4,
    reg: true,
    from: true,
    ways: ['resolve', 'reject', 'promise', 'thenable'],
    text: ({ id, how, reg, from }) =>
      `settlers[${reg}]?.${
        how === 'reject'
          ? `reject(thrown(${id}))`
          : `resolve(${how === 'promise' ? `promise(${from})` : how === 'thenable' ? '{ then: (done) => done(1) }' : '1'})`
      }`,
  },
  then: {
    weight: 9,
    reg: true,
    from: true,
    body: 'function',
    ways: ['then', 'catch', 'finally', 'both', 'nothing'],
    often: { then: 6, catch: 3, finally: 3, both: 2, nothing: 1 },
    text(op, body) {
      const to = `promises[${op.reg}] = promise(${op.from})`;
      if (op.how === 'nothing') return `${to}.then()`;
      if (op.how === 'both') return `${to}.then(${mark(op, body)}, () => {})`;
      return `${to}.${op.how}(${mark(op, body)})`;
    },
  },
  make: {
    weight: 4,
    reg: true,
    from: true,
    ways: [
      'resolve',
      'reject',
      'same',
      'subclass',
      'subclassReject',
      'species',
      ...(features.withResolvers ? ['resolvers'] : []),
      ...(features.try ? ['try'] : []),
    ],
    text({ id, how, reg, from }) {
      const made = /** @type {Record<string, string>} */ ({
        resolve: 'Promise.resolve(1)',
        reject: `Promise.reject(thrown(${id}))`,
        same: `Promise.resolve(promise(${from}))`,
        subclass: `Sub.resolve(promise(${from}))`,
        subclassReject: `Sub.reject(thrown(${id}))`,
        species: 'new Sub((resolve) => resolve(1)).then(() => 1)',
        try: 'Promise.try(() => 1)',
      });
      if (how === 'resolvers') return `settlers[${reg}] = Promise.withResolvers(); promises[${reg}] = settlers[${reg}].promise`;
      return `promises[${reg}] = ${made[how]}`;
    },
  },
  thenable: {
    weight: 2,
    reg: true,
    body: 'function',
    ways: ['resolve', 'reject', 'throw', 'never'],
    text(op, body) {
      const ending = /** @type {Record<string, string>} */ ({
        resolve: 'resolve(1);',
        reject: `reject(thrown(${op.id}));`,
        throw: `throw thrown(${op.id});`,
        never: '',
      })[op.how];
      return `promises[${op.reg}] = Promise.resolve({ then: ${mark(op, `${body} ${ending} `, 'resolve, reject')} })`;
    },
  },
  combine: {
    weight: 2,
    reg: true,
    from: true,
    ways: ['all', 'race', 'any', 'allSettled'],
    text: ({ how, reg, from }) => `promises[${reg}] = Promise.${how}([promise(${from}), promise(${reg}), 1])`,
  },
  foreign: {
    weight: 1,
    reg: true,
    body: 'function',
    ways: ['shared', 'async', 'fresh'],
    often: { shared: 4, async: 4, fresh: 1 },
    text(op, body) {
      const context = op.how === 'fresh' ? 'vm.createContext()' : 'context()';
      if (op.how === 'async')
        return `promises[${op.reg}] = vm.runInContext('(async (f) => { await null; f(); })', ${context})(${mark(op, body)})`;
      return `promises[${op.reg}] = vm.runInContext('Promise.resolve(1)', ${context}).then(${mark(op, body)})`;
    },
  },
  async: { weight: 9, reg: true, body: 'async', text: ({ reg }, body) => `promises[${reg}] = (async () => {${body}})()` },
  await: {
    weight: 12,
    awaits: true,
    from: true,
    ways: ['null', 'promise', 'thenable', 'async', 'immediate', 'sleep', 'stat', 'rejected'],
    often: { null: 6, promise: 6, thenable: 2, async: 2, immediate: 2, sleep: 1, stat: 1, rejected: 1 },
    text: ({ id, how, from }) =>
      /** @type {Record<string, string>} */ ({
        null: 'await null',
        promise: `await promise(${from})`,
        thenable: 'await { then: (done) => done(1) }',
        async: 'await (async () => { await null; })()',
        immediate: `await new Promise((resolve) => setImmediate(once(${id}, resolve)))`,
        sleep: `const sleep${id} = new Promise((resolve) => setTimeout(once(${id}, resolve), 1)); pause(1); await sleep${id}`,
        stat: `const stat${id} = fs.promises.stat(file); pauseForThreads(); await stat${id}`,
        rejected: `await Promise.reject(thrown(${id}))`,
      })[how],
  },
  each: {
    weight: 2,
    awaits: true,
    body: 'async',
    from: true,
    ways: ['generator', 'return', 'array'],
    text({ id, how, from }, body) {
      if (how === 'array') return `for await (const _ of [1, promise(${from})]) {${body}}`;
      const last = how === 'return' ? 'break;' : '';
      return `for await (const _ of (async function* () { see(${id}); yield 1; await null; yield promise(${from}); })()) {${body} ${last} }`;
    },
  },
};

/** @type {Record<string, Kind>} */
const resources = {
  resource: {
    weight: 5,
    reg: true,
    from: true,
    ways: ['plain', 'manual', 'trigger', 'current', 'number'],
    often: { plain: 4, manual: 2, trigger: 2, current: 1, number: 1 },
    text: ({ how, reg, from, id }) =>
      `resources[${reg}] = new AsyncResource('R${id}'${
        /** @type {Record<string, string>} */ ({
          plain: '',
          manual: ', { requireManualDestroy: true }',
          trigger: `, { triggerAsyncId: resource(${from}).asyncId() }`,
          current: ', { triggerAsyncId: executionAsyncId() }',
          number: `, resource(${from}).asyncId()`,
        })[how]
      })`,
  },
  scope: { weight: 8, reg: true, body: 'function', text: (op, body) => `resource(${op.reg}).runInAsyncScope(${mark(op, body)})` },
  destroy: { weight: 4, reg: true, text: ({ reg }) => `resource(${reg}).emitDestroy()` },
  bind: {
    weight: 3,
    reg: true,
    from: true,
    body: 'function',
    ways: ['method', 'static', 'storage', 'snapshot'],
    text: (op, body) =>
      `bounds[${op.reg}] = ${
        /** @type {Record<string, string>} */ ({
          method: `resource(${op.from}).bind(${mark(op, body)})`,
          static: `AsyncResource.bind(${mark(op, body)}, 'B${op.id}')`,
          storage: `AsyncLocalStorage.bind(${mark(op, body)})`,
          snapshot: `within(AsyncLocalStorage.snapshot(), ${mark(op, body)})`,
        })[op.how]
      }`,
  },
  invoke: { weight: 3, reg: true, text: ({ reg }) => `bounds[${reg}]?.()` },
  listen: {
    weight: 2,
    reg: true,
    body: 'function',
    ways: ['resource', 'plain', 'manual'],
    text: (op, body) =>
      `emitters[${op.reg}] = new ${
        op.how === 'plain'
          ? 'EventEmitter()'
          : `EventEmitterAsyncResource({ name: 'E${op.id}'${op.how === 'manual' ? ', requireManualDestroy: true' : ''} })`
      }.on('event', ${mark(op, body)})`,
  },
  emit: { weight: 2, reg: true, text: ({ reg }) => `emitters[${reg}]?.emit('event')` },
  destroyEmitter: { weight: 1, reg: true, text: ({ reg }) => `emitters[${reg}]?.emitDestroy?.()` },
};

/** @type {Record<string, Kind>} */
const storages = {
  run: { weight: 2, body: 'function', text: (op, body) => `storage.run(${op.id}, ${mark(op, body)})` },
  exit: { weight: 1, body: 'function', text: (op, body) => `storage.exit(${mark(op, body)})` },
  enterWith: { weight: 2, text: ({ id }) => `storage.enterWith(${id})` },
  disable: { weight: 0.5, text: () => 'storage.disable()' },
};

/** @type {Record<string, Kind>} */
const control = {
  see: { weight: 6, text: ({ id }) => `see(${id})` },
  on: { weight: 6, hook: true, text: ({ hook }) => `h${hook}.enable()` },
  off: { weight: 4, hook: true, text: ({ hook }) => `h${hook}.disable()` },
  try: { weight: 5, body: 'block', text: ({ id }, body) => `try {${body}} catch (error) { caught(${id}, error); }` },
  throw: { weight: 0, text: ({ id }) => `throw thrown(${id})` },
};

/** @type {Record<string, Kind>} */
const operations = { ...scheduling, ...promises, ...resources, ...storages, ...control };

module.exports = { operations };
