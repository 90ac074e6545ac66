'use strict';

/** What a row reads off a sample: one number, its unit, and which way is better. */

/**
 * @typedef {object} Sample what one process measured
 * @property {number} operations
 * @property {number} batches
 * @property {number} wall nanoseconds from the first batch that counts to the end of the last
 * @property {number} busy of these, the ones in which the event loop did not wait idle
 * @property {number} cpu processor time in nanoseconds of all threads of the process, the collector's included
 * @property {number} peakMemory bytes of resident memory at the most, over the life of the process
 * @property {import('./counters').Counts} timed events in the batches that count
 * @property {import('./counters').Counts} all events from enabling the hooks to the end, garbage collected
 */

/**
 * @typedef {object} Measure
 * @property {string} unit
 * @property {'lower' | 'higher'} better
 * @property {(sample: Sample, clock: 'busy' | 'cpu') => number} read
 */

/** @type {Measure} Time in which the event loop waits, as for a thread of the pool, is not counted. */
const timePerOperation = { unit: 'ns', better: 'lower', read: (sample, clock) => sample[clock] / sample.operations };

/** @type {Measure} */
const operationsPerSecond = {
  unit: '1/s',
  better: 'higher',
  read: (sample, clock) => sample.operations / ((clock === 'cpu' ? sample.cpu : sample.wall) / 1e9),
};

/** @type {Measure} */
const peakMemory = { unit: 'MB', better: 'lower', read: (sample) => sample.peakMemory / 1e6 };

/** @type {Measure} */
const milliseconds = { unit: 'ms', better: 'lower', read: (sample) => sample.wall / 1e6 };

module.exports = { timePerOperation, operationsPerSecond, peakMemory, milliseconds };
