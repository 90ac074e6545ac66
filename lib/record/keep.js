'use strict';

/** How much of a recording is kept, and which signal asks for a copy of it, as people write them. */

const { constants } = require('node:os');

const { invalidArgType } = require('../node/errors');

/** @typedef {{ bytes: number, ms?: undefined } | { ms: number, bytes?: undefined }} Keep */

const SIZES = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const TIMES = { s: 1000, m: 60_000, h: 3_600_000 };
/** Below these, there is no room for what is alive. */
const LEAST = { bytes: SIZES.MiB, ms: TIMES.s };
const MOST = { bytes: 1024 * SIZES.GiB, ms: 24 * 366 * TIMES.h };

const FORM = 'a size from 1MiB on, as in 64MiB, or a time from 1s on, as in 5m';

/** Those that mean nothing else to Node, and nobody sends by mistake. */
const SIGNALS = ['SIGUSR2', 'SIGHUP', 'SIGQUIT'];

/**
 * @param {unknown} text
 * @returns {Keep}
 */
function keepOf(text) {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(KiB|MiB|GiB|s|m|h)$/.exec(typeof text === 'string' ? text : '') ?? [];
  const [sizes, times] = /** @type {Record<string, number>[]} */ ([SIZES, TIMES]);
  if (number !== undefined && sizes[unit] !== undefined) {
    const bytes = Math.round(Number(number) * sizes[unit]);
    if (bytes >= LEAST.bytes && bytes <= MOST.bytes) return { bytes };
  } else if (number !== undefined) {
    const ms = Math.round(Number(number) * times[unit]);
    if (ms >= LEAST.ms && ms <= MOST.ms) return { ms };
  }
  throw invalidArgType('options.keep', FORM, text);
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
