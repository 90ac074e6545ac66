/**
 * Everything that `async-hooks-rs` exports, and the names that older documentation of Node
 * uses. New code needs none of them: each says what replaced it.
 */

import { AsyncId, AsyncLocalStorage as Base } from './index';

export * from './index';

/**
 * Returns the id of the resource whose callback is running.
 * @deprecated since Node 8.2: {@link executionAsyncId}.
 * @example
 * import { currentId, executionAsyncId } from 'async-hooks-rs/legacy';
 * console.log(currentId() === executionAsyncId()); // prints true
 */
export function currentId(): AsyncId;

/**
 * Returns the id of the resource that caused the one whose callback is running.
 * @deprecated since Node 8.2: {@link triggerAsyncId}.
 * @example
 * import { triggerAsyncId, triggerId } from 'async-hooks-rs/legacy';
 * console.log(triggerId() === triggerAsyncId()); // prints true
 */
export function triggerId(): AsyncId;

/**
 * Returns a new id from this package's own counter, which starts at 1e15 and so never collides with
 * an id of the runtime.
 * @deprecated `new AsyncResource(type)`, which has an id.
 * @example
 * import { emitInit, newAsyncId } from 'async-hooks-rs/legacy';
 * emitInit(newAsyncId(), 'Query');
 */
export function newAsyncId(): AsyncId;

/**
 * The same as {@link newAsyncId}.
 * @deprecated {@link newAsyncId}, or better `new AsyncResource(type)`.
 * @example
 * import { emitInit, newUid } from 'async-hooks-rs/legacy';
 * emitInit(newUid(), 'Query');
 */
export function newUid(): AsyncId;

/**
 * Announces a resource to the hooks of this package: emits `init`.
 * @param asyncId from {@link newAsyncId}
 * @param type what it is, not empty
 * @param triggerAsyncId the current execution id by default
 * @param resource passed to the hooks; an empty object by default
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID` if an id is not a safe integer from 0 on
 * @throws {TypeError} `ERR_ASYNC_TYPE` if `type` is not a string or is empty
 * @deprecated `new AsyncResource(type)`.
 * @example
 * import { emitAfter, emitBefore, emitDestroy, emitInit, newAsyncId } from 'async-hooks-rs/legacy';
 * const id = newAsyncId();
 * emitInit(id, 'Query');
 * emitBefore(id);
 * try {
 *   console.log('the callback of the query');
 * } finally {
 *   emitAfter(id);
 * }
 * emitDestroy(id);
 */
export function emitInit(asyncId: AsyncId, type: string, triggerAsyncId?: AsyncId, resource?: object): void;

/**
 * Enters the execution context of the resource and emits `before`.
 * @param triggerAsyncId the id itself by default
 * @param resource what `executionAsyncResource()` returns meanwhile; an empty object by default
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID` if an id is not a safe integer from 0 on
 * @deprecated `asyncResource.runInAsyncScope(fn)`.
 * @example
 * import { emitAfter, emitBefore, emitInit, executionAsyncId, newAsyncId } from 'async-hooks-rs/legacy';
 * const id = newAsyncId();
 * emitInit(id, 'Query');
 * emitBefore(id);
 * console.log(executionAsyncId() === id); // prints true
 * emitAfter(id);
 */
export function emitBefore(asyncId: AsyncId, triggerAsyncId?: AsyncId, resource?: object): void;

/**
 * Emits `after` and leaves the execution context of the resource.
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID` if the id is not a safe integer from 0 on
 * @throws {Error} `ERR_ASYNC_HOOKS_RS_UNBALANCED` if the call does not match the last {@link emitBefore} that is
 *   still open. Contexts that were entered after that one have then been left, so the stack is in order
 *   again. If there is no such context, nothing has changed.
 * @deprecated `asyncResource.runInAsyncScope(fn)`.
 * @example
 * import { emitAfter, emitBefore, emitInit, newAsyncId } from 'async-hooks-rs/legacy';
 * const id = newAsyncId();
 * emitInit(id, 'Query');
 * emitBefore(id);
 * emitAfter(id);
 */
export function emitAfter(asyncId: AsyncId): void;

/**
 * Emits `destroy` at the next turn of the event loop.
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID` if the id is not a safe integer from 0 on
 * @deprecated `asyncResource.emitDestroy()`.
 * @example
 * import { emitDestroy, emitInit, newAsyncId } from 'async-hooks-rs/legacy';
 * const id = newAsyncId();
 * emitInit(id, 'Query');
 * emitDestroy(id);
 */
export function emitDestroy(asyncId: AsyncId): void;

/**
 * The storage, with two more methods that Node 13 had.
 * @example
 * import { AsyncLocalStorage } from 'async-hooks-rs/legacy';
 * const user = new AsyncLocalStorage();
 * user.runSyncAndReturn('Ada', () => console.log(user.getStore())); // prints Ada
 */
export class AsyncLocalStorage<T> extends Base<T> {
  /**
   * The same as {@link AsyncLocalStorage.run}.
   * @deprecated since Node 14: {@link AsyncLocalStorage.run}.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs/legacy';
   * const user = new AsyncLocalStorage();
   * console.log(user.runSyncAndReturn('Ada', () => user.getStore())); // prints Ada
   */
  runSyncAndReturn<Result, Args extends any[]>(store: T, callback: (...args: Args) => Result, ...args: Args): Result;

  /**
   * The same as {@link AsyncLocalStorage.exit}.
   * @deprecated since Node 14: {@link AsyncLocalStorage.exit}.
   * @example
   * import { AsyncLocalStorage } from 'async-hooks-rs/legacy';
   * const user = new AsyncLocalStorage();
   * user.run('Ada', () => user.exitSyncAndReturn(() => console.log(user.getStore()))); // prints undefined
   */
  exitSyncAndReturn<Result, Args extends any[]>(callback: (...args: Args) => Result, ...args: Args): Result;
}
