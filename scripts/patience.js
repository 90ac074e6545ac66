'use strict';

/** How long tests wait for a program before they call it stuck. No test passes or fails by it: it ends what hangs. */

/** Where a machine is emulated, everything takes many times as long (`npm run test:emulated`). */
const FACTOR = Number(process.env.ASYNC_HOOKS_RS_PATIENCE || 1);

/** @param {number} time on a machine as it is */
const patience = (time) => time * FACTOR;

module.exports = { patience };
