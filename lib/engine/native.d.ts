/** What the addon exports: `src`. Written by `npm run native-types`. */

import type { Layout, RecorderFacts, RecorderLayout, Todo, Wants } from './constants';
import type { NativeFrames, RecorderFunctions, Resolver } from './functions';

export type { NativeFrames, RecorderFunctions, Resolver };

/** Asks for a call when the event loop turns. */
export function askTurn(): void;

/** How many events a recording has, up to where it can be read; `null` where the file is none. */
export function countRecorded(file: string): number | null;

/** As `enableHook`. */
export function disableHook(handle: number): number;

/**
 * Copies what is kept of the recording, up to now, to a new file. Answers its name, which has a number where something else has the
 * one that was asked for.
 */
export function dumpRecording(file: string): Promise<string>;

/** Enables the hook with this handle. Answers what is to be done about it: bits of `todo`. */
export function enableHook(handle: number, wants: number): number;

/** The microtask runs that is to end the following of promises. Answers whether they are not followed any more. */
export function endFollowing(): boolean;

/** Marks the recording of a process that a signal has ended. */
export function endRecording(file: string, signal: string): void;

/** For tests: writes what was recorded so far. */
export function flushRecording(): void;

/** Whether this process is recorded. */
export function isRecording(): boolean;

/**
 * This thread takes part in the recording of the process, which starts here where there is none, with its
 * ring in `memory` (a `Float64Array` on a `SharedArrayBuffer`), until it ends or the recording does. Answers `null` where
 * there is none and it does not insist.
 */
export function joinRecording(memory: Float64Array, participant: Participant, start: RecordingStart): RecorderFunctions | null;

export function layout(): Layout;

/**
 * The functions that get and set the current context frame, for the version of Node's ABI that runs
 * (`process.versions.modules`), or null where this platform or this Node has none that were tried.
 */
export function nativeFrames(abi: string): NativeFrames | null;

export function newAsyncId(): number;

/**
 * Makes this thread's state, over `memory` (a `Float64Array` of `layout().slots` on
 * a `SharedArrayBuffer`). `onTurn` is called when the event loop turns after
 * `askTurn`, `onDestroy` with the first id and the count of a run of ids whose
 * `destroy` was asked for, `onCollected` likewise for promises that are gone, `onLooked` where
 * those were looked for because the event loop does not turn,
 * `onStorageCollected` with the position of a storage that is gone. Returns `closeBatch`. Once per environment.
 */
export function openThread(memory: Float64Array, onTurn: () => void, onDestroy: (first: number, count: number) => void, onCollected: (first: number, count: number) => void, onLooked: () => void, onStorageCollected: (position: number) => void): (token: object) => void;

/** For tests: the drain thread looks at nothing while it is paused. */
export function pauseRecording(isPaused: boolean): void;

/** Gives a storage its position in frames, until it is collected. */
export function placeStorage(storage: object): number;

/** Queues an id whose `destroy` is due at the next turn of the event loop. */
export function queueDestroy(id: number): void;

export function recorderFacts(): RecorderFacts;

export function recorderLayout(): RecorderLayout;

/** Fills an empty window from the contexts that were spilled. */
export function refillContexts(): void;

/** Reads recordings once, and writes them as one in other forms. Where one cannot be read to its end, what comes before is written. */
export function reportRecording(files: string | string[], text: WantedText | undefined | null, resolve: Resolver | undefined | null, outputs: Array<WantedOutput>): MadeReport;

/**
 * The outermost emission ended: staged changes take effect. Answers what is to be done, as `enableHook` does, and then
 * the handles of the enabled hooks, in order.
 */
export function settleHooks(): Array<number>;

/** Follows a recording from its beginning, and no more than so many resources at once. */
export function spansOpen(file: string, resolve: Resolver | undefined | null, resources: number): object;

/**
 * Reads what there is, for so many milliseconds at most, and answers lines. Where it is over, the recording goes on no more, and the
 * lines are of what had not ended.
 */
export function spansRead(feed: object, milliseconds: number, isOver: boolean): string;

/** Makes room in a full window of contexts. */
export function spillContexts(): void;

export function todo(): Todo;

/** Follows a recording, for a screen. */
export function topOpen(file: string, resolve: Resolver | undefined | null, screen: Screen): object;

/** One screen as text. */
export function topText(top: object): string;

/** Takes what has happened, reads on, and draws. */
export function topTurn(top: object, turn: ScreenTurn): ScreenState;

/**
 * Leaves all contexts above the youngest one with this execution id. Returns how
 * many were left, or -1 where no context has the id.
 */
export function unwindContexts(executionId: number): number;

export function wants(): Wants;

/** What came of reading a recording. */
export interface MadeReport {
  /** The summary of the recording as text, if it was asked for. */
  summary?: string;
  /** Why a file could not be read to its end, and which: the first one of which that is so. */
  damage?: string;
  damagedFile?: string;
  /** For each output. */
  outputs: Array<WrittenOutput>;
}

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

/** In nanoseconds. */
export interface RecordedLatency {
  count: number;
  total: number;
  p50: number;
  p99: number;
  max: number;
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

export interface RecordingStart {
  file: string;
  node: string;
  argv: Array<string>;
  platform: string;
  /** As JSON, for the file's header. */
  options: string;
  /** Bytes of the recording that are kept, the newest, and milliseconds, where that is limited, too. All of it where both are missing. */
  keepBytes?: number;
  keepMs?: number;
  /** The number of the signal that asks for a copy of what is kept. */
  dumpsOn?: number;
}

/** How the terminal is. */
export interface Screen {
  width: number;
  height: number;
  /** Whether it shows colours. */
  colour: boolean;
  /** A file that has what the program prints. */
  output?: string;
}

/** What comes of a turn. */
export interface ScreenState {
  /** There is more to read. */
  hasMore: boolean;
  /** Somebody has typed that it is enough. */
  quits: boolean;
  /** The process that the recording is of; nothing as long as that is not known. */
  pid?: number;
  /** Why the recording cannot be read any further. */
  failure?: string;
  /** What changes what the terminal shows into what it should. */
  drawn: string;
}

/** What has happened since the last turn. */
export interface ScreenTurn {
  /** It reads for so many milliseconds at most. */
  milliseconds: number;
  /** What was typed, each byte as a character. */
  typed: string;
  /** Whether the terminal has another size, or shows something else. */
  isNew: boolean;
  width: number;
  height: number;
  /** Whether the process runs, where somebody knows that. */
  runs?: boolean;
  /** A line for the bottom. */
  note?: string;
  /** Whether what is shown is to be made new, and whether it is drawn. */
  refreshes: boolean;
  draws: boolean;
}

/** A form, `html`, `chrome`, `ndjson`, `traces`, `otlp` or `spans`, and the file to write it to. */
export interface WantedOutput {
  form: 'html' | 'chrome' | 'ndjson' | 'traces' | 'otlp' | 'spans';
  out: string;
}

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
  /** The name of the machine, where the terminal opens the places that are clicked on. */
  links?: string;
}

/** What became of an output. */
export interface WrittenOutput {
  /** What had no room in it, a sentence for each. The page says so itself. */
  leftOut: Array<string>;
  /** Why it could not be written, where that is so. */
  failure?: string;
}
