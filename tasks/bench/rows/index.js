'use strict';

/** The rows of the suite, in the order in which they are run and printed. */

/** @typedef {import('../variants').Variant} Variant */
/** @typedef {import('../counters').EventName} EventName */
/** @typedef {Partial<Record<EventName, number>>} Events */

/**
 * @typedef {object} Context what a workload is made of
 * @property {Variant} variant
 * @property {typeof import('node:async_hooks')} asyncHooks the module of the variant
 * @property {(close: () => unknown) => void} onEnd what to do when all is measured
 */

/**
 * @typedef {object} Common
 * @property {string} name
 * @property {EventName[]} hooks the callbacks of the hook that is enabled in `builtin` and `ours`
 * @property {import('../measures').Measure} measure
 * @property {import('../bars').Bar} bar
 */

/**
 * @typedef {object} Repeated
 * @property {(context: Context) => import('../loop').Batch | Promise<import('../loop').Batch>} prepare
 * @property {number} size operations per batch
 * @property {number} batches
 * @property {number} [enabledHooks] how many equal hooks are enabled, 1 by default
 * @property {Events} [events] that one operation causes, exactly; `destroy` follows from `init`
 * @property {Events} [eventsPerBatch] that come once a batch in addition
 * @property {Events} [leastEvents] of one operation, where there may be more
 */

/**
 * @typedef {object} Single
 * @property {(variant: Variant) => number | Promise<number>} once measured by itself, in nanoseconds or what `measure` makes of it
 */

/** @typedef {Common & (Repeated | Single)} Row */

/** @type {Row[]} */
const rows = [
  ...require('./await-chain'),
  ...require('./fan-out'),
  ...require('./three-hooks'),
  ...require('./immediate'),
  ...require('./timeout'),
  ...require('./stat'),
  ...require('./tick'),
  ...require('./resource'),
  ...require('./http'),
  ...require('./ids'),
  ...require('./scope'),
  ...require('./storage'),
  ...require('./storage-chain'),
  ...require('./peak-memory'),
  ...require('./require'),
  ...require('./record'),
];

module.exports = { rows };
