/**
 * What the addon exports: `src`. Written by hand; `__test__/addon.test.js` holds its names
 * against those of the binary.
 */

import type { Layout, RecorderLayout, Todo, Wants } from './constants';

/** Asks for a call when the event loop turns. */
export function askTurn(): void;

/** As `enableHook`. */
export function disableHook(handle: number): number;

/** Enables the hook with this handle. Answers what is to be done about it: bits of `todo`. */
export function enableHook(handle: number, wants: number): number;

/** The microtask runs that is to end the following of promises. Answers whether they are not followed any more. */
export function endFollowing(): boolean;

export function layout(): Layout;

export function newAsyncId(): number;

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

/** How the text of a report is to look. */
export interface WantedText {
  /** Everything, and not only what answers questions first. */
  all: boolean;
  /** What keeps the program alive, whether or not it has ended. */
  why: boolean;
  /** As JSON, for programs. */
  json: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Whether the terminal shows colours. */
  colour: boolean;
}

/**
 * Reads a recording once, and writes it in other forms. Returns the summary, if it was asked for; why the file could not be
 * read to its end, where that is so: what comes before is written; and for each output what had no room in it, a sentence for
 * each, or why it is not whole.
 */
export function reportRecording(
  file: string,
  text: WantedText | undefined,
  outputs: Array<{ form: 'html' | 'chrome' | 'ndjson' | 'traces' | 'otlp', out: string }>,
): { summary?: string; damage?: string; outputs: Array<{ leftOut: Array<string>; failure?: string }> };

/**
 * The outermost emission ended: staged changes take effect. Answers what is to be done, as `enableHook` does, and then the
 * handles of the enabled hooks, in order.
 */
export function settleHooks(): number[];

/** Makes room in a full window of contexts. */
export function spillContexts(): void;

/**
 * Leaves all contexts above the youngest one with this execution id. Returns how
 * many were left, or -1 where no context has the id.
 */
export function unwindContexts(executionId: number): number;

export function todo(): Todo;

export function wants(): Wants;

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
  /** Whether it is noted now and then where the thread runs. */
  samples: boolean;
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
  /** What the next fact that is stored says. */
  addFact(text: string): void;
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

export function recorderLayout(): RecorderLayout;

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
