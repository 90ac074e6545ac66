/// <reference lib="esnext.disposable" />

/**
 * A drop-in replacement for `node:async_hooks`, with the exports of Node 26 on every
 * supported Node. Where Nodes behave differently, it behaves like the one that runs it.
 *
 * Specified by https://nodejs.org/api/async_hooks.html and
 * https://nodejs.org/api/async_context.html.
 */

/**
 * The id of an asynchronous resource: a safe integer, unique within its thread.
 * @example
 * import { AsyncResource } from 'async-hooks-rs';
 * const started = new Map(); // from an AsyncId to a time
 * started.set(new AsyncResource('Query').asyncId(), Date.now());
 */
export type AsyncId = number;

/**
 * The callbacks and options of a hook, for {@link createHook}. All are optional. Each callback
 * is called as a method of the {@link AsyncHook}.
 * @example
 * import { createHook } from 'async-hooks-rs';
 * const types = new Map();
 * createHook({
 *   init(asyncId, type) { types.set(asyncId, type); },
 *   destroy(asyncId) { types.delete(asyncId); },
 * }).enable();
 */
export interface HookCallbacks {
  /**
   * Called when a resource is created that may have asynchronous work to do.
   * @param asyncId the id of the new resource
   * @param type what it is, such as `'TCPWRAP'`, `'Timeout'`, `'PROMISE'`
   * @param triggerAsyncId the id of the resource that caused it
   * @param resource the resource itself
   * @example
   * import { writeSync } from 'node:fs';
   * import { createHook } from 'async-hooks-rs';
   * createHook({ init(asyncId, type) { writeSync(1, `${asyncId} ${type}\n`); } }).enable();
   * setTimeout(() => {}, 10); // the hook prints, for example, 3 Timeout
   */
  init?(asyncId: AsyncId, type: string, triggerAsyncId: AsyncId, resource: object): void;

  /**
   * Called just before a callback of the resource runs, as often as one does.
   * @example
   * import { createHook } from 'async-hooks-rs';
   * const since = new Map();
   * createHook({ before(asyncId) { since.set(asyncId, performance.now()); } }).enable();
   */
  before?(asyncId: AsyncId): void;

  /**
   * Called when a callback of the resource has returned or thrown.
   * @example
   * import { createHook } from 'async-hooks-rs';
   * let running = 0;
   * createHook({ before() { running += 1; }, after() { running -= 1; } }).enable();
   */
  after?(asyncId: AsyncId): void;

  /**
   * Called after the resource was destroyed. It comes late, from the event loop; for promises
   * after garbage collection.
   * @example
   * import { createHook } from 'async-hooks-rs';
   * const alive = new Set();
   * createHook({ init(asyncId) { alive.add(asyncId); }, destroy(asyncId) { alive.delete(asyncId); } }).enable();
   */
  destroy?(asyncId: AsyncId): void;

  /**
   * Called when the resolving function of a promise was called. The promise may still be pending,
   * if it was resolved with another promise.
   * @example
   * import { createHook } from 'async-hooks-rs';
   * let resolved = 0;
   * createHook({ promiseResolve() { resolved += 1; } }).enable();
   */
  promiseResolve?(asyncId: AsyncId): void;

  /**
   * Whether the hook follows promises. It may not be `false` if `promiseResolve` is given.
   *
   * Node itself has this option from 24.12 and 25.2 on. Here it works on every supported Node.
   * @default true
   * @example
   * import { createHook } from 'async-hooks-rs';
   * createHook({ init(asyncId, type) {}, trackPromises: false }).enable();
   */
  trackPromises?: boolean | undefined;
}

/**
 * A set of callbacks that you can enable and disable. Made by {@link createHook}.
 * @example
 * import { createHook } from 'async-hooks-rs';
 * const hook = createHook({ init(asyncId, type) {} });
 * hook.enable();
 * hook.disable();
 */
export interface AsyncHook {
  /**
   * Starts calling the callbacks, and returns the hook. Does nothing if it is enabled already.
   * Inside a hook callback it takes effect when the outermost event is over.
   * @example
   * import { createHook } from 'async-hooks-rs';
   * const hook = createHook({ init(asyncId, type) {} }).enable();
   */
  enable(): this;

  /**
   * Stops calling the callbacks, and returns the hook. Does nothing if it is disabled already.
   * Inside a hook callback it takes effect when the outermost event is over.
   * @example
   * import { createHook } from 'async-hooks-rs';
   * const hook = createHook({ init(asyncId, type) {} }).enable();
   * setTimeout(() => hook.disable(), 10);
   */
  disable(): this;
}

/**
 * Creates a hook. It sees nothing until you call its `enable()`.
 *
 * An exception in a callback ends the process: its stack goes to stderr, `exit`
 * handlers run, the exit code is 1.
 * @throws {TypeError} `ERR_ASYNC_CALLBACK` if a callback is not a function
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `trackPromises` is not a boolean
 * @throws {TypeError} `ERR_INVALID_ARG_VALUE` if `trackPromises` is `false` and `promiseResolve` is given
 * @example
 * import { writeSync } from 'node:fs';
 * import { createHook } from 'async-hooks-rs';
 * createHook({ init(asyncId, type) { writeSync(1, `${type} ${asyncId}\n`); } }).enable();
 * setImmediate(() => {}); // the hook prints, for example, Immediate 3
 */
export function createHook(callbacks: HookCallbacks): AsyncHook;

/**
 * Returns the id of the resource whose callback is running: 1 in the main script, 0 if there is none.
 * Promises have ids of their own only while a hook is enabled that follows them.
 * @example
 * import { AsyncResource, executionAsyncId } from 'async-hooks-rs';
 * const query = new AsyncResource('Query');
 * query.runInAsyncScope(() => console.log(executionAsyncId() === query.asyncId())); // prints true
 */
export function executionAsyncId(): AsyncId;

/**
 * Returns the id of the resource that caused the one whose callback is running.
 * @example
 * import { AsyncResource, triggerAsyncId } from 'async-hooks-rs';
 * const query = new AsyncResource('Query', 1);
 * query.runInAsyncScope(() => console.log(triggerAsyncId())); // prints 1
 */
export function triggerAsyncId(): AsyncId;

/**
 * Returns the resource whose callback is running. You can store properties on it; they stay for
 * all of its callbacks.
 * @example
 * import { AsyncResource, executionAsyncResource } from 'async-hooks-rs';
 * const query = new AsyncResource('Query');
 * query.runInAsyncScope(() => console.log(executionAsyncResource() === query)); // prints true
 */
export function executionAsyncResource(): object;

/**
 * The types of resources that Node's core creates, each with the number that this Node gives it. Frozen.
 * @example
 * import { asyncWrapProviders } from 'async-hooks-rs';
 * console.log('TCPWRAP' in asyncWrapProviders); // prints true
 */
export const asyncWrapProviders: Readonly<Record<string, number>>;

/**
 * Options of {@link AsyncResource}.
 * @example
 * import { AsyncResource } from 'async-hooks-rs';
 * new AsyncResource('Query', { triggerAsyncId: 1, requireManualDestroy: true }).emitDestroy();
 */
export interface AsyncResourceOptions {
  /**
   * The id of the resource that caused this one.
   * @default executionAsyncId()
   */
  triggerAsyncId?: AsyncId | undefined;
  /**
   * Whether only `emitDestroy()` emits `destroy`. By default garbage collection of the resource does so too.
   * @default false
   */
  requireManualDestroy?: boolean | undefined;
}

/**
 * A resource of your own, for pools, queues and other code that calls back later. It remembers the
 * context in which it was created.
 * @example
 * import { AsyncLocalStorage, AsyncResource } from 'async-hooks-rs';
 * const user = new AsyncLocalStorage();
 * const query = user.run('Ada', () => new AsyncResource('Query'));
 * query.runInAsyncScope(() => console.log(user.getStore())); // prints Ada
 */
export class AsyncResource {
  /**
   * @param type what it is; use the name of your package as a prefix
   * @param options the options, or only the trigger id
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `type` is not a string
   * @throws {TypeError} `ERR_ASYNC_TYPE` if `type` is empty and a hook is enabled
   * @throws {RangeError} `ERR_INVALID_ASYNC_ID` if the trigger id is not a safe integer of at least -1
   * @example
   * import { AsyncResource } from 'async-hooks-rs';
   * class Query extends AsyncResource {
   *   constructor() { super('shop.Query'); }
   *   finish(callback, row) { this.runInAsyncScope(callback, null, row); this.emitDestroy(); }
   * }
   * new Query().finish(console.log, { id: 1 });
   */
  constructor(type: string, options?: AsyncId | AsyncResourceOptions);

  /**
   * Binds a function to the current execution context.
   * @param type the type of the resource made for it; the function's name by default
   * @param thisArg the `this` of the function; that of the call by default
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `fn` is not a function
   * @example
   * import { EventEmitter } from 'node:events';
   * import { AsyncLocalStorage, AsyncResource } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * const emitter = new EventEmitter();
   * user.run('Ada', () => emitter.on('done', AsyncResource.bind(() => console.log(user.getStore()))));
   * emitter.emit('done'); // prints Ada
   */
  static bind<Func extends (...args: any[]) => any>(fn: Func, type?: string, thisArg?: undefined): Func;
  static bind<Func extends (this: ThisArg, ...args: any[]) => any, ThisArg>(fn: Func, type: string | undefined, thisArg: ThisArg): Func;

  /**
   * Binds a function to the execution context of this resource.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `fn` is not a function
   * @example
   * import { AsyncResource, executionAsyncId } from 'async-hooks-rs';
   * const query = new AsyncResource('Query');
   * const id = query.bind(() => executionAsyncId());
   * console.log(id() === query.asyncId()); // prints true
   */
  bind<Func extends (...args: any[]) => any>(fn: Func, thisArg?: undefined): Func;
  bind<Func extends (this: ThisArg, ...args: any[]) => any, ThisArg>(fn: Func, thisArg: ThisArg): Func;

  /**
   * Calls a function in the execution context of this resource, and returns what the function returns.
   * Hooks get `before` and `after`.
   * @example
   * import { AsyncResource } from 'async-hooks-rs';
   * const query = new AsyncResource('Query');
   * console.log(query.runInAsyncScope((a, b) => a + b, null, 1, 2)); // prints 3
   */
  runInAsyncScope<This, Args extends any[], Result>(fn: (this: This, ...args: Args) => Result, thisArg?: This, ...args: Args): Result;

  /**
   * Emits `destroy` for this resource at a later turn of the event loop. Call it at most once.
   * @example
   * import { AsyncResource } from 'async-hooks-rs';
   * const query = new AsyncResource('Query', { requireManualDestroy: true });
   * query.emitDestroy();
   */
  emitDestroy(): this;

  /**
   * Returns the id of this resource.
   * @example
   * import { AsyncResource } from 'async-hooks-rs';
   * console.log(new AsyncResource('Query').asyncId() > 0); // prints true
   */
  asyncId(): AsyncId;

  /**
   * Returns the id of the resource that caused this one.
   * @example
   * import { AsyncResource } from 'async-hooks-rs';
   * console.log(new AsyncResource('Query', 1).triggerAsyncId()); // prints 1
   */
  triggerAsyncId(): AsyncId;
}

/**
 * Options of {@link AsyncLocalStorage}.
 * @example
 * import { AsyncLocalStorage } from 'async-hooks-rs';
 * const locale = new AsyncLocalStorage({ name: 'locale', defaultValue: 'en' });
 * console.log(locale.getStore()); // prints en
 */
export interface AsyncLocalStorageOptions<T = any> {
  /** What `getStore()` returns if no store was entered. */
  defaultValue?: T | undefined;
  /** A name for the storage. */
  name?: string | undefined;
}

/**
 * The scope of a store, made by `withScope()` of {@link AsyncLocalStorage}. It ends when you dispose it, with `using` or by hand.
 * @example
 * import { AsyncLocalStorage } from 'async-hooks-rs';
 * const user = new AsyncLocalStorage();
 * const scope = user.withScope('Ada');
 * console.log(user.getStore()); // prints Ada
 * scope.dispose();
 * console.log(user.getStore()); // prints undefined
 */
export interface RunScope {
  /**
   * Restores the previous store. A second call does nothing.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const scope = new AsyncLocalStorage().withScope('Ada');
   * try {
   *   // code that needs the store
   * } finally {
   *   scope.dispose();
   * }
   */
  dispose(): void;
  /**
   * The same as `dispose()`. JavaScript calls it at the end of a block for `using scope = storage.withScope(store)`.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * const scope = user.withScope('Ada');
   * scope[Symbol.dispose]();
   */
  [Symbol.dispose](): void;
}

/**
 * What the storages of every Node have in common. On Nodes whose `node:async_hooks` lacks `name` and `withScope`, its storages are
 * not of the type {@link AsyncLocalStorage}. Use this type for parameters that accept both.
 * @example
 * import * as builtin from 'node:async_hooks';
 * import * as ours from 'async-hooks-rs';
 * const current = (storage) => storage.getStore(); // storage: AnyAsyncLocalStorage<string>
 * current(new builtin.AsyncLocalStorage());
 * current(new ours.AsyncLocalStorage());
 */
export type AnyAsyncLocalStorage<T> = Pick<AsyncLocalStorage<T>, 'disable' | 'getStore' | 'run' | 'exit' | 'enterWith'>;

/**
 * Keeps a store for everything that a callback starts, across further callbacks and `await`.
 * @example
 * import { AsyncLocalStorage } from 'async-hooks-rs';
 * const user = new AsyncLocalStorage();
 * user.run('Ada', () => setTimeout(() => console.log(user.getStore()), 10)); // prints Ada
 */
export class AsyncLocalStorage<T> {
  /**
   * `defaultValue`, `name` and `withScope` work on every supported Node. Node's own class lacks them on older ones.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `options` is not an object and Node's own class takes options
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage({ name: 'user', defaultValue: 'nobody' });
   * console.log(user.getStore()); // prints nobody
   */
  constructor(options?: AsyncLocalStorageOptions<T>);

  /**
   * Binds a function to the current context of all storages.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `fn` is not a function
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * const print = user.run('Ada', () => AsyncLocalStorage.bind(() => console.log(user.getStore())));
   * print(); // prints Ada
   */
  static bind<Func extends (...args: any[]) => any>(fn: Func): Func;

  /**
   * Returns a function that calls other functions in the context that is current now.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * const asAda = user.run('Ada', () => AsyncLocalStorage.snapshot());
   * console.log(asAda(() => user.getStore())); // prints Ada
   */
  static snapshot(): <Result, Args extends any[]>(fn: (...args: Args) => Result, ...args: Args) => Result;

  /**
   * The name given to the constructor, or an empty string. Works on every supported Node.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * console.log(new AsyncLocalStorage({ name: 'user' }).name); // prints user
   */
  readonly name: string;

  /**
   * Leaves the current context. `getStore()` finds no store until one is entered again.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * user.enterWith('Ada');
   * user.disable();
   * console.log(user.getStore()); // prints undefined
   */
  disable(): void;

  /**
   * Returns the current store. If there is none, returns the default value or `undefined`.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * console.log(user.getStore()); // prints undefined
   * user.run('Ada', () => console.log(user.getStore())); // prints Ada
   */
  getStore(): T | undefined;

  /**
   * Calls a function with `store` as the current store, and returns what the function returns.
   * Everything that it starts has this store too; code outside of it does not.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * console.log(user.run('Ada', () => `hello ${user.getStore()}`)); // prints hello Ada
   */
  run<Result>(store: T, callback: () => Result): Result;
  run<Result, Args extends any[]>(store: T, callback: (...args: Args) => Result, ...args: Args): Result;

  /**
   * Calls a function without a store, and returns what the function returns.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * user.run('Ada', () => user.exit(() => console.log(user.getStore()))); // prints undefined
   */
  exit<Result, Args extends any[]>(callback: (...args: Args) => Result, ...args: Args): Result;

  /**
   * Makes `store` the current store for the rest of this callback and for everything that it starts
   * from now on. Prefer {@link AsyncLocalStorage.run}, which leaves code outside of a callback unchanged.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * user.enterWith('Ada');
   * setTimeout(() => console.log(user.getStore()), 10); // prints Ada
   */
  enterWith(store: T): void;

  /**
   * Makes `store` the current store until the returned scope is disposed. Works on every supported Node.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs';
   * const user = new AsyncLocalStorage();
   * const scope = user.withScope('Ada'); // where the syntax is known: using scope = user.withScope('Ada');
   * console.log(user.getStore()); // prints Ada
   * scope.dispose();
   */
  withScope(store: T): RunScope;
}
