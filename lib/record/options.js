'use strict';

/** What a recording can be asked for: by the API, by environment variables, on the command line. */

const path = require('node:path');

const { invalidArgType } = require('../node/errors');
const { keepOf, signalOf } = require('./keep');

/**
 * @typedef {object} Options
 * @property {string} [file] where to; `%p` stands for the process id
 * @property {string[]} [types] only resources of these types
 * @property {boolean} [promises] whether promises are recorded; true by default
 * @property {boolean | number} [stacks] whether it is recorded where resources are created; a number N for one of N resources
 * @property {boolean | number} [places] whether it is recorded where most resources are created, for a share of the thread's time: in
 *   percent, 3 by default, with `keep` 1
 * @property {boolean} [arguments] whether the program's arguments are recorded; true by default
 * @property {number} [slots] slots of a thread's ring
 * @property {string} [keep] how much of the recording is kept, the newest of it: a size or a time; all of it by default
 * @property {string} [dumpOn] the signal that asks for a copy of what is kept
 *
 * @typedef {{ file: string, types: string[] | null, promises: boolean, stacks: number, places: number, withArguments: boolean, argv: string[], slots?: number,
 *   keep: import('./keep').Keep | null, dumpsOn?: number }} Settings
 *   `stacks` is 0 for none, `places` is in percent
 */

/** Percent of a thread's time that may be spent on places; of one that is recorded always, which has long to learn them, less. */
const SHARE = 3;
const SHARE_ALWAYS = 1;
const DEFAULT_FILE = 'async-hooks-rs.%p.rec';

/** The environment variables, by what they say. */
const VARIABLES = /** @type {const} */ ({
  file: 'ASYNC_HOOKS_RS_RECORD_FILE',
  types: 'ASYNC_HOOKS_RS_RECORD_TYPES',
  promises: 'ASYNC_HOOKS_RS_RECORD_PROMISES',
  stacks: 'ASYNC_HOOKS_RS_RECORD_STACKS',
  places: 'ASYNC_HOOKS_RS_RECORD_PLACES',
  arguments: 'ASYNC_HOOKS_RS_RECORD_ARGUMENTS',
  children: 'ASYNC_HOOKS_RS_RECORD_CHILDREN',
  slots: 'ASYNC_HOOKS_RS_RECORD_SLOTS',
  keep: 'ASYNC_HOOKS_RS_RECORD_KEEP',
  dumpOn: 'ASYNC_HOOKS_RS_RECORD_DUMP_ON',
});

/**
 * @param {Options} options
 * @returns {Settings}
 */
function settingsOf(options) {
  if (typeof options !== 'object' || options === null) throw invalidArgType('options', 'of type object', options);
  const {
    file = DEFAULT_FILE,
    types = null,
    promises = true,
    stacks = false,
    places = true,
    arguments: withArguments = true,
    slots,
    keep,
    dumpOn,
  } = options;
  if (typeof file !== 'string') throw invalidArgType('options.file', 'of type string', file);
  if (types !== null && !(Array.isArray(types) && types.every((type) => typeof type === 'string'))) {
    throw invalidArgType('options.types', 'an array of strings', types);
  }
  if (typeof promises !== 'boolean') throw invalidArgType('options.promises', 'of type boolean', promises);
  if (typeof stacks !== 'boolean' && !(Number.isInteger(stacks) && stacks > 0)) {
    throw invalidArgType('options.stacks', 'a boolean or an integer from 1', stacks);
  }
  if (typeof places !== 'boolean' && !(typeof places === 'number' && places >= 0 && places <= 100)) {
    throw invalidArgType('options.places', 'a boolean or a number from 0 to 100', places);
  }
  if (typeof withArguments !== 'boolean') throw invalidArgType('options.arguments', 'of type boolean', withArguments);
  if (dumpOn !== undefined && keep === undefined) {
    throw invalidArgType('options.dumpOn', 'given together with options.keep, which sets how much there is to copy', dumpOn);
  }
  return {
    // The program may change its folder meanwhile.
    file: path.resolve(file.replaceAll('%p', String(process.pid))),
    types,
    // Without their type, promises would be followed for nothing.
    promises: promises && (types === null || types.includes('PROMISE')),
    stacks: Number(stacks),
    places: places !== true ? Number(places) : keep === undefined ? SHARE : SHARE_ALWAYS,
    withArguments,
    argv: withArguments ? process.argv : withoutArguments(),
    slots,
    keep: keep === undefined ? null : keepOf(keep),
    dumpsOn: dumpOn === undefined ? undefined : signalOf(dumpOn),
  };
}

/** Node and the program, where there is a file of it: with `--eval`, the first argument follows Node directly. */
function withoutArguments() {
  const hasFile = /** @type {{ _eval?: string }} */ (/** @type {unknown} */ (process))._eval === undefined;
  return process.argv.slice(0, hasFile ? 2 : 1);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Options}
 */
function optionsOfEnvironment(env) {
  /** @type {Options} */
  const options = {};
  const {
    [VARIABLES.file]: file,
    [VARIABLES.types]: types,
    [VARIABLES.promises]: promises,
    [VARIABLES.stacks]: stacks,
    [VARIABLES.places]: places,
    [VARIABLES.arguments]: withArguments,
    [VARIABLES.slots]: slots,
    [VARIABLES.keep]: keep,
    [VARIABLES.dumpOn]: dumpOn,
  } = env;
  if (file) options.file = file;
  if (types) options.types = types.split(',').map((type) => type.trim());
  if (promises) options.promises = promises !== '0';
  if (stacks) options.stacks = stacksOf(stacks);
  if (places) options.places = Number(places);
  if (withArguments) options.arguments = withArguments !== '0';
  if (slots) options.slots = Number(slots);
  if (keep) options.keep = keep;
  if (dumpOn) options.dumpOn = dumpOn;
  return options;
}

/**
 * @param {string} text `1`, `1/N`, or `0` for none
 * @returns {boolean | number}
 */
function stacksOf(text) {
  const [, share] = /^1\/([1-9]\d*)$/.exec(text) ?? [];
  if (share !== undefined) return Number(share);
  if (text === '0' || text === '1') return text === '1';
  throw invalidArgType('stacks', 'of the form 1/N', text);
}

module.exports = { settingsOf, optionsOfEnvironment, stacksOf, VARIABLES, DEFAULT_FILE, SHARE };
