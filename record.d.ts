/** `async-hooks-rs/record`: what the asynchronous operations of this process do, recorded in a file. */

export interface RecordOptions {
  /** Where to; `%p` stands for the process id. `async-hooks-rs.%p.rec` by default. */
  file?: string;
  /** Only resources of these types. */
  types?: string[];
  /** Whether promises are recorded; true by default. */
  promises?: boolean;
  /** Whether it is recorded where resources are created; a number N for one in N resources. False by default. */
  stacks?: boolean | number;
  /**
   * Slots of a thread's ring, of eight bytes, from 64 to 4,194,304, which is the default. What the first recording of a
   * thread asks for holds for all.
   */
  slots?: number;
}

/** Times in milliseconds. */
export interface LatencyStats {
  count: number;
  total: number;
  p50: number;
  p99: number;
  max: number;
}

export interface TypeStats {
  /** Resources that were created. */
  created: number;
  /** Of these, those that are not destroyed. */
  alive: number;
  /** Callbacks that ran. */
  callbacks: number;
  /** Resources that were not recorded, because the ring was full. */
  dropped: number;
  /** From the creation to the first callback. */
  wait: LatencyStats;
  /** Of a callback. */
  run: LatencyStats;
  /** From the creation to the end. */
  lifetime: LatencyStats;
}

export interface Recorder {
  /** Counts and latencies by type, of all recorded threads, up to now. */
  stats(): Record<string, TypeStats>;
  /** Names this moment in the recording. */
  mark(name: string): void;
  /** Ends the recording of the process; then the file is complete. */
  stop(): Promise<void>;
}

/**
 * Records this process from here on. There is one recording in a process: where there is one already, this thread
 * takes part in it, whatever file is asked for. A file that cannot be written is said on stderr, and the program goes on.
 */
export function record(options?: RecordOptions): Recorder;
