/**
 * What the addon exports: `src`. Written by hand; `__test__/addon.test.js` holds its names
 * against those of the binary.
 */

/** What the hooks want to hear that are enabled when staged changes have taken effect. */
export function nextWanted(): number;

/** Asks for a call when the event loop turns. */
export function askTurn(): void;

/** 0 where it was not enabled, 1 where it is until the outermost emission is over, 2 where it is not any more. */
export function disableHook(handle: number): 0 | 1 | 2;

export function enabledHooks(): number;

/** 0 where it was enabled, 1 where it will be when the outermost emission is over, 2 where it is now. */
export function enableHook(handle: number, wants: number): 0 | 1 | 2;

/** The handles of the enabled hooks, in order. */
export function hookHandles(): Array<number>;

export function layout(): Layout;

/** Where things are in the thread's memory; see `crates/engine/src/layout.rs` for their meaning. */
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
 * `destroy` was asked for, `on_collected` likewise for promises that are gone, `on_looked` where
 * those were looked for because the event loop does not turn,
 * `on_storage_collected` with the position of a storage that is gone. Returns `closeBatch`. Once per environment.
 */
export function openThread(memory: Float64Array, onTurn: () => void, onDestroy: (first: number, count: number) => void, onCollected: (first: number, count: number) => void, onLooked: () => void, onStorageCollected: (position: number) => void): (token: object) => void;

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

/**
 * Reads a recording once, and writes it in other forms. Returns the summary, if it was asked for; why the file could not be
 * read to its end, where that is so: what comes before is written; and for each output what had no room in it, a sentence for
 * each, or why it is not whole.
 */
export function reportRecording(
  file: string,
  summary: boolean,
  outputs: Array<{ form: 'html' | 'chrome' | 'ndjson' | 'traces' | 'otlp', out: string }>,
): { summary?: string; damage?: string; outputs: Array<{ leftOut: Array<string>; failure?: string }> };

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

/** For tests: writes what was recorded so far. */
export function flushRecording(): void;

/**
 * This thread takes part in the recording of the process, which starts here where there is none, with its
 * ring in `memory` (a `Float64Array` on a `SharedArrayBuffer`), until it ends or the recording does. Answers `null` where
 * there is none and it does not insist.
 */
export function joinRecording(
  memory: Float64Array,
  participant: Participant,
  start: RecordingStart,
): RecorderFunctions | null;

export interface Participant {
  /** 0 on the main thread, else the worker's `threadId`. */
  worker: number;
  name: string;
  /** Whether events of resources that were not announced are left out. */
  filtered: boolean;
  /** Whether it begins a recording even where one was stopped by hand. */
  insists: boolean;
}

export interface RecorderFunctions {
  /** The file that is written, or null where there is none. */
  file: string | null;
  /** Publishes the event of one slot that was stored behind a free one, with its time in front, and all before it. */
  stamp(): void;
  /** Publishes what is stored, sets the limits, and answers what there is room for. */
  makeRoom(): number;
  addType(name: string): void;
  addStack(frames: string): void;
  addMark(name: string): void;
  /** Why the thread will end; empty where that is not known any more. */
  addEnding(reason: string): void;
  /** Counts and latencies of all threads, by type; of a recording that is over, the last ones. */
  stats(): Array<RecordedType>;
  /** Whether the recording has ended, by this thread or another one. */
  isOver(): boolean;
  /** Ends the recording, and completes the file. */
  stop(): void;
  /** Lets go of the memory of a recording that is over. */
  release(): void;
}

/** For tests: the drain thread looks at nothing while it is paused. */
export function pauseRecording(isPaused: boolean): void;

/** Where things are in the memory of a ring, and what an event looks like; see `docs/recorder.md`. */
export function recorderLayout(): RecorderLayout;

export interface RecorderLayout {
  minCapacity: number;
  maxCapacity: number;
  firstSlot: number;
  next: number;
  limit: number;
  initLimit: number;
  dropped: number;
  maxTypes: number;
  codes: number;
  stacks: number;
  init: number;
  before: number;
  after: number;
  destroy: number;
  resolve: number;
  initPromise: number;
  destroyRun: number;
  mark: number;
  request: number;
  promiseType: number;
  hasRoom: number;
  hasRoomForInit: number;
  isOver: number;
}

export interface RecordedType {
  name: string;
  created: number;
  alive: number;
  callbacks: number;
  dropped: number;
  wait: RecordedLatency;
  run: RecordedLatency;
  lifetime: RecordedLatency;
}

/** In nanoseconds. */
export interface RecordedLatency {
  count: number;
  total: number;
  p50: number;
  p99: number;
  max: number;
}

export interface RecordingStart {
  file: string;
  node: string;
  argv: Array<string>;
  platform: string;
  /** As JSON, for the file's header. */
  options: string;
}
