/** `async-hooks-rs/record`: records what the asynchronous operations of this process do, in a file. */

/**
 * Options of {@link record}. All are optional.
 * @example
 * import { record } from 'async-hooks-rs/record';
 * const recorder = record({ file: 'app.%p.rec', promises: false, places: 1 });
 * await recorder.stop();
 */
export interface RecordOptions {
  /**
   * The file to write; `%p` stands for the process id. `async-hooks-rs.%p.rec` by default. An existing file is never overwritten:
   * the recorder then adds a number to the name, and a line on stderr says so.
   */
  file?: string;
  /** Record only resources of these types. */
  types?: string[];
  /** Whether to record promises; true by default. */
  promises?: boolean;
  /**
   * Whether to record where most resources are created, and where a busy thread runs. A number from 0 to 100 is the percentage
   * of a thread's time that this may take; true, the default, means 3, or 1 with `keep`. False or 0 turns both off.
   */
  places?: boolean | number;
  /** Whether to record whole stacks instead of places; a number N for one in N resources. False by default. */
  stacks?: boolean | number;
  /** Whether to record the program's arguments; true by default. */
  arguments?: boolean;
  /** The size of a thread's ring in slots of eight bytes, from 64 to 4,194,304, which is the default. */
  slots?: number;
  /**
   * Keep only the newest part of the recording: a size of at least `1MiB`, such as `64MiB`; a time of at least `1s`, such as `5m`; or
   * both, such as `5m,256MiB`. With a time alone, at most 1 GiB is kept. The recording is then in two files, `file` and `file.old`,
   * which together are never larger. By default everything is kept.
   */
  keep?: string;
  /** With `keep`: the signal that copies what is kept to a file beside it. `SIGUSR2`, `SIGHUP` or `SIGQUIT`; none on Windows. */
  dumpOn?: 'SIGUSR2' | 'SIGHUP' | 'SIGQUIT';
}

/**
 * How long something took. All times are in milliseconds.
 * @example
 * import { record } from 'async-hooks-rs/record';
 * const recorder = record();
 * const { count, p50, p99, max } = recorder.stats().Timeout?.run ?? {}; // of the callbacks of timers
 * await recorder.stop();
 */
export interface LatencyStats {
  /** How many times were measured. */
  count: number;
  /** Their sum. */
  total: number;
  /** The median. */
  p50: number;
  /** The 99th percentile. */
  p99: number;
  /** The longest. */
  max: number;
}

/**
 * Counts and latencies of the resources of one type.
 * @example
 * import { record } from 'async-hooks-rs/record';
 * const recorder = record();
 * for (const [type, { created, alive }] of Object.entries(recorder.stats())) console.log(type, created, alive);
 * await recorder.stop();
 */
export interface TypeStats {
  /** How many resources were created. */
  created: number;
  /** How many of these are not destroyed yet. */
  alive: number;
  /** How many callbacks ran. */
  callbacks: number;
  /** How many resources were not recorded, because the ring was full. */
  dropped: number;
  /** The time from a resource's creation to its first callback. */
  wait: LatencyStats;
  /** The time that a callback ran. */
  run: LatencyStats;
  /** The time from a resource's creation to its end. */
  lifetime: LatencyStats;
}

/**
 * A recording that {@link record} has started.
 * @example
 * import { record } from 'async-hooks-rs/record';
 * const recorder = record({ file: 'app.rec' });
 * recorder.mark('warm');
 * await recorder.stop();
 */
export interface Recorder {
  /**
   * The absolute path of the file, which may have a number in its name; null if no file could be opened.
   * @example
   * import { record } from 'async-hooks-rs/record';
   * const recorder = record({ file: 'app.rec' });
   * console.log(recorder.file); // for example /srv/app/app.rec
   * await recorder.stop();
   */
  readonly file: string | null;
  /**
   * Returns counts and latencies by type, of all recorded threads, up to now. After the recording has ended, returns the last ones.
   * If the output stalls, events that still wait for it are not counted yet.
   * @example
   * import { record } from 'async-hooks-rs/record';
   * const recorder = record();
   * console.log(recorder.stats().PROMISE?.created);
   * await recorder.stop();
   */
  stats(): Record<string, TypeStats>;
  /**
   * Gives this moment a name, which reports show. Does nothing after the recording has ended.
   * @example
   * import { record } from 'async-hooks-rs/record';
   * const recorder = record();
   * recorder.mark('warm');
   * await recorder.stop();
   */
  mark(name: string): void;
  /**
   * Copies the recording up to now to a new file (with `keep`, only the part that is kept), and goes on recording. `%p` stands for
   * the process id. Returns the absolute path of the copy, which has a number in its name if the file existed already.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if `file` is not a string or is empty. The promise also rejects if the file cannot
   *   be written, or if the recording has ended.
   * @example
   * import { record } from 'async-hooks-rs/record';
   * const recorder = record({ file: 'app.rec' });
   * console.log(await recorder.dump('now.rec')); // for example /srv/app/now.rec
   * await recorder.stop();
   */
  dump(file: string): Promise<string>;
  /**
   * Ends the recording of the whole process; then the file is complete. If the output stalls, this takes less than a second,
   * and a warning goes to stderr. Does nothing after the recording has ended.
   * @example
   * import { record } from 'async-hooks-rs/record';
   * const recorder = record({ file: 'app.rec' });
   * await recorder.stop(); // then: npx async-hooks-rs report app.rec
   */
  stop(): Promise<void>;
}

/**
 * Starts to record this process. A process has one recording: if there is one already, this thread takes part in it, and
 * `options` are ignored. If the file cannot be written, a warning goes to stderr, and the program goes on.
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` if an option has a wrong type or value
 * @example
 * import { record } from 'async-hooks-rs/record';
 * const recorder = record({ file: 'app.rec' });
 * setTimeout(() => recorder.stop(), 1000); // then: npx async-hooks-rs report app.rec
 */
export function record(options?: RecordOptions): Recorder;
