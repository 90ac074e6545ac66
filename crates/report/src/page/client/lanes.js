'use strict';

/** Where each thread stands in the timeline: a strip for its event loop, a row of density, rows of callbacks by depth. */

const AXIS = 22;
const GAP = 10;
const LOOP = 6;
const DENSITY = 34;
const ROW = 18;
const DEEPEST = 6;

/** @returns {{lanes: {thread: any, top: number, loop: number, density: number, rows: number, depth: number}[], height: number}} */
function layout(threads) {
  let top = AXIS;
  const lanes = threads.map((thread) => {
    let depth = 1;
    for (const at of thread.calls.depth) depth = Math.max(depth, Math.min(DEEPEST, at + 1));
    const lane = { thread, top, loop: top, density: top + LOOP + 2, rows: top + LOOP + DENSITY + 4, depth };
    top = lane.rows + depth * ROW + GAP;
    return lane;
  });
  return { lanes, height: top };
}

/** The first index at which `values`, ascending, is at least `value`. */
function lowerBound(values, value) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The callback that is drawn at a point, or -1. */
function hit(lane, time, y, tolerance, filter) {
  const depth = Math.floor((y - lane.rows) / ROW);
  const { calls } = lane.thread;
  const last = lowerBound(calls.start, time + tolerance) - 1;
  let best = -1;
  let least = Infinity;
  for (let index = last; index >= 0 && calls.reach[index] >= time - tolerance; index--) {
    if (Math.min(DEEPEST - 1, calls.depth[index]) !== depth || !filter.shows(calls.type[index])) continue;
    const away = Math.max(calls.start[index] - time, time - calls.start[index] - calls.length[index], 0);
    if (away <= tolerance && away < least) [best, least] = [index, away];
    if (away === 0) break;
  }
  return best;
}

module.exports = { layout, lowerBound, hit, AXIS, LOOP, DENSITY, ROW, DEEPEST };
