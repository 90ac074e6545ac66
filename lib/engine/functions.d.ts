/** The functions of the addon that are plain Node-API, so that they cost less (`src/plain.rs`). `__test__/addon.test.js` checks their names. */

import type { RecordedType } from './native';

/**
 * Says where a line and a column of a compiled file come from, as `file:line:column`, all from 1 on, or `name (file:line:column)`
 * where the function that they are in has another name there; null where nobody knows.
 */
export type Resolver = (file: string, line: number, column: number, within: string) => string | null;

export interface NativeFrames {
  get(): unknown;
  set(frame: unknown): void;
}

export interface RecorderFunctions {
  /** The file that is written, or null where there is none. */
  file: string | null;
  /** Only the newest is kept, so that nothing may grow with time. */
  ages: boolean;
  /** Publishes the event of one slot that was stored behind a free one, with its time in front, and all before it. */
  stamp(): void;
  /** Publishes what is stored, sets the limits, and answers what there is room for. */
  makeRoom(): number;
  addType(name: string): void;
  addStack(frames: string): void;
  /** From here on stacks are known by the program counters of their frames. Answers whether V8 tells them here. */
  knowStacks(): boolean;
  /** The stack that this is called with, as it was learnt; 0 where it is not known. */
  knownStack(): number;
  /** What `knownStack` was asked for last is this stack, and so is whatever has the same frames down to one of them. */
  learnStack(stack: number, frames: number): void;
  /** How many microseconds ago a collection of all garbage began; -1 where none has ended since this was asked last, or nothing tells. */
  collected(): number;
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
  /** The same for a thread that is about to end the process, and has said why. */
  exit(): void;
  /** Lets go of the memory of a recording that is over. */
  release(): void;
}
