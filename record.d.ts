/** `async-hooks-rs/record`: what the asynchronous operations of this process do, recorded in a file. */

export interface RecordOptions {
  /**
   * Where to; `%p` stands for the process id. `async-hooks-rs.%p.rec` by default. A file that exists is not overwritten:
   * the recording gets a number in its name, and a line on stderr says so.
   */
  file?: string;
  /** Only resources of these types. */
  types?: string[];
  /** Whether promises are recorded; true by default. */
  promises?: boolean;
  /**
   * Whether it is recorded where most resources are created, and where a busy thread runs. A number from 0 to 100 is the percent
   * of a thread's time that may go into places; true is the default, 3. False or 0 for neither.
   */
  places?: boolean | number;
  /** Whether whole stacks are recorded in the place of places; a number N for one in N resources. False by default. */
  stacks?: boolean | number;
  /** Whether the arguments of the program are recorded; true by default. */
  arguments?: boolean;
  /** Slots of a thread's ring, of eight bytes, from 64 to 4,194,304, which is the default. */
  slots?: number;
  /**
   * How much of the recording is kept, the newest of it: a size from `1MiB` on, as `64MiB`, a time from `1s` on, as `5m`, or both, as
   * `5m,256MiB`. With a time alone at most 1 GiB is kept. It is in two files then, `file` and `file.old`, which together are never
   * larger. All of it by default.
   */
  keep?: string;
  /** With `keep`: the signal that copies what is kept to a file beside it. `SIGUSR2`, `SIGHUP` or `SIGQUIT`; none on Windows. */
  dumpOn?: 'SIGUSR2' | 'SIGHUP' | 'SIGQUIT';
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
  /** The absolute path of the file that is written, which may have got a number; null where none could be opened. */
  readonly file: string | null;
  /**
   * Counts and latencies by type, of all recorded threads, up to now; when the recording is over, the last ones. Where the
   * output stalls, events that still wait for it are not counted yet.
   */
  stats(): Record<string, TypeStats>;
  /** Names this moment in the recording. Does nothing when the recording is over. */
  mark(name: string): void;
  /**
   * Copies what is recorded, or with `keep` what is kept of it, up to now, to a new file; the recording goes on. `%p` stands for the
   * process id. Answers the file's absolute path, which has a number where something else has the name. Rejects when the file
   * cannot be written, or the recording is over.
   */
  dump(file: string): Promise<string>;
  /**
   * Ends the recording of the process; then the file is complete. An output that stalls holds it for less than a second;
   * then a warning goes to stderr. Does nothing when the recording is over.
   */
  stop(): Promise<void>;
}

/**
 * Records this process from here on. There is one recording in a process: where there is one already, this thread
 * takes part in it, whatever is asked for. If the file cannot be written, a warning goes to stderr, and the program goes on.
 */
export function record(options?: RecordOptions): Recorder;
