/**
 * What the addon exports: `src/binding`. Written by hand; `__test__/addon.test.js` holds its names
 * against those of the binary.
 */

/** Asks for a call when the event loop turns. */
export function askTurn(): void;

/** True where the set of enabled hooks changed at once. */
export function disableHook(handle: number): boolean;

export function enabledHooks(): number;

/** True where the set of enabled hooks changed at once. */
export function enableHook(handle: number, wants: number): boolean;

/** The handles of the enabled hooks that want all of `bits`, in order. */
export function hooksWanting(bits: number): Array<number>;

export function layout(): Layout;

/** Where things are in the thread's memory; see `src/layout.rs` for their meaning. */
export interface Layout {
  slots: number;
  stackDepth: number;
  stackSpilled: number;
  emitDepth: number;
  hooksStaged: number;
  batchLength: number;
  storageGeneration: number;
  lastId: number;
  currentId: number;
  currentTrigger: number;
  currentAnchor: number;
  batchBase: number;
  batchSize: number;
  stackBase: number;
  stackCapacity: number;
  contextSize: number;
  noAnchor: number;
  firstId: number;
}

export function newAsyncId(): number;

export function newHook(): number;

/**
 * Makes this thread's state, over `memory` (a `Float64Array` of `layout().slots` on
 * a `SharedArrayBuffer`). `on_turn` is called when the event loop turns after
 * `askTurn`, `on_destroy` with the first id and the count of a run of ids whose
 * `destroy` was asked for, `on_collected` likewise for promises that are gone,
 * `on_storage_collected` with the position of a storage that is gone. Returns `closeBatch`. Once per environment.
 */
export function openThread(memory: Float64Array, onTurn: () => void, onDestroy: (first: number, count: number) => void, onCollected: (first: number, count: number) => void, onStorageCollected: (position: number) => void): (token: object) => void;

/** Gives a storage its position in frames, until it is collected. */
export function placeStorage(storage: object): number;

/**
 * The functions that get and set the current context frame, or null where this platform
 * or this Node has none.
 */
export function nativeFrames(): NativeFrames | null;

export interface NativeFrames {
  get(): unknown;
  set(frame: unknown): void;
}

/** Queues an id whose `destroy` is due at the next turn of the event loop. */
export function queueDestroy(id: number): void;

/** Fills an empty window from the contexts that were spilled. */
export function refillContexts(): void;

/** The outermost emission ended: staged changes take effect. */
export function settleHooks(): void;

/** Makes room in a full window of contexts. */
export function spillContexts(): void;

/**
 * Leaves all contexts above the youngest one with this execution id. Returns how
 * many were left, or -1 where no context has the id.
 */
export function unwindContexts(executionId: number): number;

/** What the enabled hooks want to hear, all together. */
export function wanted(): number;

export function wantsBits(): WantsBits;

/** The bits that say what a hook wants to hear. */
export interface WantsBits {
  init: number;
  before: number;
  after: number;
  destroy: number;
  promiseResolve: number;
  promises: number;
}
