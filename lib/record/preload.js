'use strict';

/**
 * Recording a program that knows nothing of it: whether this process is to be recorded, and where to.
 *
 * This is loaded into every Node process that inherits the flag, whatever it is. So it loads nothing of the package until a
 * recording begins, and nothing that goes wrong here may reach the program.
 */

const path = require('node:path');
const { getEnvironmentData, isMainThread, setEnvironmentData } = require('node:worker_threads');

const { journalOf } = require('./journal');
const { isPackageManager, isTestRunner } = require('./managers');
const { isNamedByFlags } = require('./flags');
const { optionsOfEnvironment, DEFAULT_FILE, VARIABLES } = require('./options');

/** Set in a process that is recorded, so that its child processes know that they are not it. */
const PROCESS = 'ASYNC_HOOKS_RS_RECORD_PROCESS';
/** Where Workers find the options of their process: what a Worker has in its environment is up to the program. */
const OPTIONS = 'async-hooks-rs.record';

const NOT_RECORDED = 'not recorded';

/** @typedef {import('./options').Options} Options */
/** @typedef {ReturnType<typeof import('./index').record>} Recorder */
/** @typedef {(options: Options) => Recorder | null} Record null where the program has stopped its recording */

/**
 * @param {NodeModule} loaded the module that was asked for
 * @param {Record} record
 * @returns {boolean} whether it was a flag that asked for it
 */
function startIfPreloaded(loaded, record) {
  if (!isPreloaded(loaded)) return false;
  try {
    if (isNodesOwnThread()) return true;
    if (isMainThread) startProcess(record);
    else startWorker(record);
  } catch (error) {
    say(`nothing is recorded: ${messageOf(error).replace(/\.$/, '')}. The program goes on.`);
    journalOf(process.env)?.tell({});
  }
  return true;
}

/**
 * Whether Node was told to load the module before the program.
 * @param {NodeModule} loaded
 */
function isPreloaded({ filename, parent }) {
  if (parent?.id === 'internal/preload') return true;
  // What `--import` names has no parent, as little as what an ES module imports; and something else that is preloaded may
  // have been the first to load what `--require` names. A program that has begun is neither.
  return require.main === undefined && isNamedByFlags(filename);
}

/** @param {Record} record */
function startProcess(record) {
  const { env } = process;
  const recorded = env[PROCESS];
  const isChild = recorded !== undefined && recorded !== String(process.pid);
  setEnvironmentData(OPTIONS, NOT_RECORDED);
  if (isChild && (env[VARIABLES.children] !== '1' || isPackageManager() || isTestRunner())) return;
  env[PROCESS] = String(process.pid);
  const options = optionsOfEnvironment(env);
  const journal = journalOf(env);
  const hasFile = journal === null ? !isChild : journal.isFirst();
  if (!hasFile) options.file = ofItsOwn(options.file);
  const recorder = record(options);
  setEnvironmentData(OPTIONS, /** @type {any} */ (options));
  if (journal === null || recorder === null) return;
  journal.tell({ file: recorder.file ?? undefined, program: process.argv[1] });
  if (journal.asksForTypes()) process.once('exit', () => journal.tell({ seen: typesOf(recorder) }));
}

/** @param {Record} record */
function startWorker(record) {
  const options = /** @type {any} */ (getEnvironmentData(OPTIONS));
  // Where the main thread has not been here, the flag is the Worker's alone.
  if (options === undefined) startProcess(record);
  else if (options !== NOT_RECORDED) record(options);
}

/** Whether this thread runs the loader hooks of `module.register`, and nothing else of the program. Node 20 does not tell. */
function isNodesOwnThread() {
  return /** @type {any} */ (require('node:worker_threads')).isInternalThread === true;
}

/** @param {Recorder} recorder */
function typesOf(recorder) {
  try {
    return Object.keys(recorder.stats());
  } catch {
    return undefined;
  }
}

/**
 * Variables that ask for a recording say nothing to a program that loads the module itself, and never records.
 * @param {() => boolean} hasRecorded
 */
function tellIfUnused(hasRecorded) {
  const { env } = process;
  if (!isMainThread || !env[VARIABLES.file] || env[PROCESS] !== undefined) return;
  process.once('exit', () => {
    if (hasRecorded()) return;
    say(`nothing was recorded, though ${VARIABLES.file} is set: start the program with "node --require async-hooks-rs/record".`);
  });
}

/** @param {string} text */
function say(text) {
  // Straight to stderr: `console` would create resources.
  /** @type {any} */ (process)._rawDebug(`async-hooks-rs: ${text}`);
}

/** @param {any} error */
function messageOf(error) {
  return typeof error?.message === 'string' ? error.message : String(error);
}

/**
 * @param {string} [file]
 * @returns {string} with the process id in it
 */
function ofItsOwn(file = DEFAULT_FILE) {
  if (file.includes('%p')) return file;
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.%p${ext}`);
}

module.exports = { startIfPreloaded, tellIfUnused, PROCESS };
