/// <reference lib="esnext.disposable" />

/**
 * A drop-in for `node:async_hooks`, with the exports of Node 26 on every supported
 * Node. Where Nodes differ in behaviour, this module behaves as the one that runs it.
 *
 * Specified by https://nodejs.org/api/async_hooks.html and
 * https://nodejs.org/api/async_context.html.
 */

/** An id of an asynchronous resource: a safe integer, unique within its thread. */
export type AsyncId = number;

/** What a hook is told. Every callback is called as a method of the {@link AsyncHook}. */
export interface HookCallbacks {
  /**
   * A resource was created that may have asynchronous work to do.
   * @param asyncId its id
   * @param type what it is, such as `'TCPWRAP'`, `'Timeout'`, `'PROMISE'`
   * @param triggerAsyncId the id of the resource that caused it
   * @param resource the resource itself
   */
  init?(asyncId: AsyncId, type: string, triggerAsyncId: AsyncId, resource: object): void;

  /** A callback of the resource is about to run. May happen any number of times. */
  before?(asyncId: AsyncId): void;

  /** A callback of the resource has run, whether it returned or threw. */
  after?(asyncId: AsyncId): void;

  /** The resource is destroyed. Emitted late, from the event loop; for promises after garbage collection. */
  destroy?(asyncId: AsyncId): void;

  /** The resolving function of a promise was called. The promise may still be pending. */
  promiseResolve?(asyncId: AsyncId): void;

  /**
   * Whether the hook follows promises.
   *
   * Node knows this from 24.12 and 25.2; here it works on every supported Node.
   * May not be `false` when `promiseResolve` is given.
   * @default true
   */
  trackPromises?: boolean | undefined;
}

/** A set of callbacks that can be enabled and disabled. Made by {@link createHook}. */
export interface AsyncHook {
  /**
   * Starts calling the callbacks; without effect where they are called already.
   * Inside a hook callback it takes effect when the outermost event is over.
   */
  enable(): this;

  /** Stops calling the callbacks; as {@link enable} otherwise. */
  disable(): this;
}

/**
 * Makes a hook. It is not enabled yet.
 *
 * An exception in a callback ends the process: its stack goes to stderr, `exit`
 * handlers run, the exit code is 1.
 * @throws {TypeError} `ERR_ASYNC_CALLBACK` where a callback is not a function
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where `trackPromises` is not a boolean
 * @throws {TypeError} `ERR_INVALID_ARG_VALUE` where it is `false` and `promiseResolve` is given
 */
export function createHook(callbacks: HookCallbacks): AsyncHook;

/** The id of the resource whose callback is running; 1 in the main script, 0 where none is. */
export function executionAsyncId(): AsyncId;

/** The id of the resource that caused the one whose callback is running. */
export function triggerAsyncId(): AsyncId;

/** The resource whose callback is running. Properties set on it are a store for its whole execution. */
export function executionAsyncResource(): object;

/** The types of the runtime's own resources, with the number that Node gives each. Frozen. */
export const asyncWrapProviders: Readonly<Record<string, number>>;

/** Options of {@link AsyncResource}. */
export interface AsyncResourceOptions {
  /**
   * The id of the resource that caused this one.
   * @default executionAsyncId()
   */
  triggerAsyncId?: AsyncId | undefined;
  /**
   * Emit `destroy` only from `emitDestroy()`, not when the resource is garbage-collected.
   * @default false
   */
  requireManualDestroy?: boolean | undefined;
}

/** A resource of one's own, for pools and whatever else calls back later. */
export class AsyncResource {
  /**
   * @param type what it is; use the name of your package as a prefix
   * @param options or the trigger id alone
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where `type` is not a string
   * @throws {TypeError} `ERR_ASYNC_TYPE` where `type` is empty and a hook is enabled
   * @throws {RangeError} `ERR_INVALID_ASYNC_ID` where the trigger id is not a safe integer of at least -1
   */
  constructor(type: string, options?: AsyncId | AsyncResourceOptions);

  /**
   * Binds a function to the current execution context.
   * @param type of the resource made for it; the function's name by default
   * @param thisArg `this` of the function; that of the call by default
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where `fn` is not a function
   */
  static bind<Func extends (...args: any[]) => any>(fn: Func, type?: string, thisArg?: undefined): Func;
  static bind<Func extends (this: ThisArg, ...args: any[]) => any, ThisArg>(fn: Func, type: string | undefined, thisArg: ThisArg): Func;

  /**
   * Binds a function to this resource's execution context.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where `fn` is not a function
   */
  bind<Func extends (...args: any[]) => any>(fn: Func, thisArg?: undefined): Func;
  bind<Func extends (this: ThisArg, ...args: any[]) => any, ThisArg>(fn: Func, thisArg: ThisArg): Func;

  /** Calls a function in this resource's execution context, and returns what it returns. */
  runInAsyncScope<This, Args extends any[], Result>(fn: (this: This, ...args: Args) => Result, thisArg?: This, ...args: Args): Result;

  /** Emits `destroy`, at a later turn of the event loop. Must be called at most once. */
  emitDestroy(): this;

  /** The id of this resource. */
  asyncId(): AsyncId;

  /** The id of the resource that caused this one. */
  triggerAsyncId(): AsyncId;
}

/** Options of {@link AsyncLocalStorage}. */
export interface AsyncLocalStorageOptions<T = any> {
  /** What `getStore()` returns where no store was entered. */
  defaultValue?: T | undefined;
  /** A name for the storage. */
  name?: string | undefined;
}

/** A store that is entered until the scope is disposed, with `using` or by hand. */
export interface RunScope {
  /** Puts the former store back. A second call does nothing. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * What the storages of every Node have. Where `node:async_hooks` lacks `name` and `withScope`, its
 * storages are not of the type {@link AsyncLocalStorage}; ask for this where either may be given.
 */
export type AnyAsyncLocalStorage<T> = Pick<AsyncLocalStorage<T>, 'disable' | 'getStore' | 'run' | 'exit' | 'enterWith'>;

/** A store that follows asynchronous operations. */
export class AsyncLocalStorage<T> {
  /**
   * `defaultValue`, `name` and `withScope` work on every supported Node.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where `options` is no object and Node's own class takes options
   */
  constructor(options?: AsyncLocalStorageOptions<T>);

  /**
   * Binds a function to the current context of all storages.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where `fn` is not a function
   */
  static bind<Func extends (...args: any[]) => any>(fn: Func): Func;

  /** A function that calls others in the context that is current now. */
  static snapshot(): <Result, Args extends any[]>(fn: (...args: Args) => Result, ...args: Args) => Result;

  /** The name given to the constructor, or an empty string. */
  readonly name: string;

  /** Leaves the current context; `getStore()` gives no store until one is entered again. */
  disable(): void;

  /** The current store: `undefined`, or the default value, outside of any. */
  getStore(): T | undefined;

  /** Calls a function with `store` as the current store, and returns what it returns. */
  run<Result>(store: T, callback: () => Result): Result;
  run<Result, Args extends any[]>(store: T, callback: (...args: Args) => Result, ...args: Args): Result;

  /** Calls a function without a store, and returns what it returns. */
  exit<Result, Args extends any[]>(callback: (...args: Args) => Result, ...args: Args): Result;

  /** Makes `store` the current store for the rest of this execution and what follows from it. */
  enterWith(store: T): void;

  /** Makes `store` the current store until the scope is disposed. */
  withScope(store: T): RunScope;
}
