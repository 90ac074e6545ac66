'use strict';

/**
 * Reads Trace Event JSON as its viewers do: sorted by time, what happened at the same time in the order of the file. Asserts
 * what they rely on: slices end where they began, and an arrow begins and ends within one.
 */

const assert = require('node:assert');

const REQUIRED = {
  B: ['name', 'cat'],
  E: [],
  s: ['id', 'name', 'cat'],
  f: ['id', 'name', 'cat', 'bp'],
  i: ['name', 's'],
  M: ['name', 'args'],
};
const METADATA = ['process_name', 'thread_name'];

/**
 * @param {string} text
 * @returns {{ arrows: [from: string, to: string][], slices: number, open: number }} the names of the slices that arrows connect;
 *   how many slices there are, and how many did not end
 */
function readTraceEvents(text) {
  const { traceEvents } = JSON.parse(text);
  const starts = new Map();
  const stacks = new Map();
  /** @type {[string, string][]} */
  const arrows = [];
  let slices = 0;
  for (const event of traceEvents) assertFields(event);
  for (const { ph, pid, tid, ts, name, id } of traceEvents.toSorted((/** @type {any} */ a, /** @type {any} */ b) => a.ts - b.ts)) {
    const stack = stacks.get(`${pid} ${tid}`) ?? [];
    stacks.set(`${pid} ${tid}`, stack);
    if (ph === 'B') {
      stack.push(name);
      slices += 1;
    } else if (ph === 'E') {
      assert.ok(stack.length > 0, `nothing ends at ${ts}`);
      stack.pop();
    } else if (ph === 's') {
      assert.ok(stack.length > 0 && !starts.has(id), `arrow ${id} begins outside of a slice, or again`);
      starts.set(id, stack.at(-1));
    } else if (ph === 'f') {
      assert.ok(stack.length > 0 && starts.has(id), `arrow ${id} ends outside of a slice, or without a beginning`);
      arrows.push([starts.get(id), stack.at(-1)]);
    }
  }
  assert.strictEqual(arrows.length, starts.size, 'every arrow ends once');
  const open = [...stacks.values()].reduce((all, stack) => all + stack.length, 0);
  return { arrows, slices, open };
}

/** @param {any} event */
function assertFields(event) {
  const required = REQUIRED[/** @type {keyof typeof REQUIRED} */ (event.ph)];
  assert.ok(required, `phase ${event.ph}`);
  assert.ok([event.pid, event.tid, event.ts].every(Number.isFinite), JSON.stringify(event));
  for (const field of required) assert.ok(event[field] !== undefined, `${field} of ${JSON.stringify(event)}`);
  if (event.ph === 'M') assert.ok(METADATA.includes(event.name) && typeof event.args.name === 'string');
  if (event.ph === 'i') assert.ok('gpt'.includes(event.s));
  // 0 is the idle thread.
  assert.ok(event.tid > 0);
}

module.exports = { readTraceEvents };
