'use strict';

/** Recording a program that knows nothing of it: whether this process is to be recorded, and where to. */

const path = require('node:path');

const { optionsOfEnvironment, VARIABLES } = require('./options');

/** Set in a process that is recorded, so that its child processes know that they are not it. */
const PROCESS = 'ASYNC_HOOKS_RS_RECORD_PROCESS';

/**
 * @param {string} file the module that was asked for
 * @param {(options: import('./options').Options) => unknown} record
 */
function startIfPreloaded(file, record) {
  if (!isPreloaded(file)) return;
  const recorded = process.env[PROCESS];
  const isChild = recorded !== undefined && recorded !== String(process.pid);
  if (isChild && process.env[VARIABLES.children] !== '1') return;
  process.env[PROCESS] = String(process.pid);
  try {
    const options = optionsOfEnvironment(process.env);
    record(isChild ? { ...options, file: ofItsOwn(options.file) } : options);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    // Straight to stderr: `console` would create resources.
    /** @type {any} */ (process)._rawDebug(`async-hooks-rs: nothing is recorded: ${message}. The program goes on.`);
  }
}

/**
 * Whether Node was told to load the module before the program.
 * @param {string} file
 */
function isPreloaded(file) {
  const words = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return words.some((word) => {
    const name = word.replace(/^(--import|--require|-r)=/, '').replace(/^file:\/\//, '').replaceAll('"', '');
    return name === 'async-hooks-rs/record' || path.resolve(name) === file;
  });
}

/**
 * @param {string | undefined} file
 * @returns {string | undefined} with the process id in it
 */
function ofItsOwn(file) {
  if (file === undefined || file.includes('%p')) return file;
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.%p${ext}`);
}

module.exports = { startIfPreloaded };
