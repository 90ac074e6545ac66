/**
 * Everything of `async-hooks-rs`, and the names that older documentation of Node
 * uses. Nothing here is needed by new code: each says what replaced it.
 */

import { AsyncId, AsyncLocalStorage as Base } from './index';

export * from './index';

/** @deprecated since Node 8.2: {@link executionAsyncId}. */
export function currentId(): AsyncId;

/** @deprecated since Node 8.2: {@link triggerAsyncId}. */
export function triggerId(): AsyncId;

/**
 * A new id from this package's own counter, which starts at 1e15 and so never meets
 * an id of the runtime.
 * @deprecated `new AsyncResource(type)`, which has an id.
 */
export function newAsyncId(): AsyncId;

/** @deprecated {@link newAsyncId}, or better `new AsyncResource(type)`. */
export function newUid(): AsyncId;

/**
 * Announces a resource to the hooks of this package.
 * @param asyncId from {@link newAsyncId}
 * @param type what it is, not empty
 * @param triggerAsyncId the current execution id by default
 * @param resource given to the hooks; an empty object by default
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID`
 * @throws {TypeError} `ERR_ASYNC_TYPE`
 * @deprecated `new AsyncResource(type)`.
 */
export function emitInit(asyncId: AsyncId, type: string, triggerAsyncId?: AsyncId, resource?: object): void;

/**
 * Enters the resource's execution context and emits `before`.
 * @param triggerAsyncId the id itself by default
 * @param resource what `executionAsyncResource()` gives meanwhile; an empty object by default
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID`
 * @deprecated `asyncResource.runInAsyncScope(fn)`.
 */
export function emitBefore(asyncId: AsyncId, triggerAsyncId?: AsyncId, resource?: object): void;

/**
 * Emits `after` and leaves the resource's execution context.
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID`
 * @throws {Error} `ERR_ASYNC_HOOKS_RS_UNBALANCED` where it does not match the last
 *   open {@link emitBefore}. Contexts entered after that one have been left, so the
 *   stack is in order; where there is no such context, nothing changed.
 * @deprecated `asyncResource.runInAsyncScope(fn)`.
 */
export function emitAfter(asyncId: AsyncId): void;

/**
 * Emits `destroy` at the next turn of the event loop.
 * @throws {RangeError} `ERR_INVALID_ASYNC_ID`
 * @deprecated `asyncResource.emitDestroy()`.
 */
export function emitDestroy(asyncId: AsyncId): void;

/** The storage, with the methods of Node 13. */
export class AsyncLocalStorage<T> extends Base<T> {
  /** @deprecated since Node 14: {@link AsyncLocalStorage.run}. */
  runSyncAndReturn<Result, Args extends any[]>(store: T, callback: (...args: Args) => Result, ...args: Args): Result;

  /** @deprecated since Node 14: {@link AsyncLocalStorage.exit}. */
  exitSyncAndReturn<Result, Args extends any[]>(callback: (...args: Args) => Result, ...args: Args): Result;
}
