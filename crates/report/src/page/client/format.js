'use strict';

/** Numbers as people read them. All times are nanoseconds. */

const UNITS = /** @type {[number, string][]} */ ([
  [3.6e12, 'h'],
  [6e10, 'min'],
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]);

/** @param {number} ns @param {number} [digits] significant ones */
function duration(ns, digits = 3) {
  if (ns < 0) return `−${duration(-ns, digits)}`;
  if (ns === 0) return '0';
  const [size, unit] = UNITS.find(([size]) => ns >= size) ?? [1, 'ns'];
  return `${significant(ns / size, digits)} ${unit}`;
}

function significant(value, digits) {
  const decimals = Math.max(0, digits - Math.max(1, Math.floor(Math.log10(value)) + 1));
  return value
    .toFixed(decimals)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A moment of the recording, precise enough to tell it from one that is `step` later. */
function moment(ns, step) {
  const [size, unit] = UNITS.slice(2).find(([size]) => Math.abs(ns) >= size || step >= size) ?? [1, 'ns'];
  const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9)));
  return `${(ns / size).toFixed(decimals)} ${unit}`;
}

const whole = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** @param {number} value */
const count = (value) => whole.format(value);
/** @param {number} value */
const compact = (value) => (value < 10000 ? whole.format(value) : short.format(value));
/** @param {number} share of one */
const percent = (share) => `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
/** "1 thread", "2 threads" */
const many = (value, one, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;

/** What came of a request or of those of a route: the status, if there is one. */
function answerOf({ status, aborted }) {
  if (status !== 0) return String(status);
  return aborted ? '· aborted' : '· open';
}

/** Ids from here on are given by this package, to promises: they are shown as small numbers. */
const FIRST_OWN = 1e15;

/** @param {number} id */
function shortId(id) {
  return String(id >= FIRST_OWN ? id - FIRST_OWN : id);
}

module.exports = { answerOf, duration, moment, count, compact, percent, many, shortId };
