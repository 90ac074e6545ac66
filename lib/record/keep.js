'use strict';

/** How much of a recording is kept, and which signal asks for a copy of it, as people write them. */

const { constants } = require('node:os');

const { invalidArgType } = require('../node/errors');

/** @typedef {{ bytes: number, ms?: number }} Keep the newest of both */

const SIZES = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const TIMES = { s: 1000, m: 60_000, h: 3_600_000 };
/** Below these, there is no room for what is alive. */
const LEAST = { bytes: SIZES.MiB, ms: TIMES.s };
const MOST = { bytes: 1024 * SIZES.GiB, ms: 24 * 366 * TIMES.h };

/** Bytes that are kept where only a time is given: a disk does not get full of it. */
const BYTES_OF_TIME = SIZES.GiB;

const FORM = 'a size from 1MiB on, as in 64MiB, a time from 1s on, as in 5m, or both, as in 5m,256MiB';

/** Those that mean nothing else to Node, and nobody sends by mistake. */
const SIGNALS = ['SIGUSR2', 'SIGHUP', 'SIGQUIT'];

/**
 * @param {unknown} text
 * @returns {Keep}
 */
function keepOf(text) {
  const words = typeof text === 'string' ? text.split(',') : [];
  /** @type {{ bytes?: number, ms?: number }} */
  const kept = {};
  for (const word of words) {
    const [, number, unit = ''] = /^\s*(\d{1,9}(?:\.\d{1,3})?)(KiB|MiB|GiB|s|m|h)\s*$/.exec(word) ?? [];
    const [of, units] = /** @type {['bytes' | 'ms', Record<string, number>]} */ (unit in SIZES ? ['bytes', SIZES] : ['ms', TIMES]);
    const amount = Math.round(Number(number) * units[unit]);
    if (!(amount >= LEAST[of] && amount <= MOST[of]) || kept[of] !== undefined) throw invalidArgType('options.keep', FORM, text);
    kept[of] = amount;
  }
  if (words.length === 0) throw invalidArgType('options.keep', FORM, text);
  return { bytes: BYTES_OF_TIME, ...kept };
}

/**
 * @param {unknown} name
 * @returns {number} of the signal
 */
function signalOf(name) {
  const number = SIGNALS.includes(/** @type {string} */ (name)) && /** @type {Record<string, number>} */ (constants.signals)[String(name)];
  if (process.platform !== 'win32' && typeof number === 'number') return number;
  throw invalidArgType('options.dumpOn', signalForm(), name);
}

/** What such a signal is. */
function signalForm() {
  return process.platform === 'win32' ? 'absent: there are no such signals on Windows' : `one of ${SIGNALS.join(', ')}`;
}

module.exports = { keepOf, signalOf, signalForm, FORM };
