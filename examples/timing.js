'use strict';
// Shows: timing each asynchronous operation with the performance API: one measure for the wait
//        (init to before) and one for the callback (before to after), both named after the type.
// Look at: the timer waits for 20 ms and its callback takes nothing; the immediate waits for nothing
//          and its callback blocks for 10 ms.
const { createHook } = require('./module');
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const { print } = require('./support/print');
const { ms } = require('./support/ms');

const open = new Map();

function measure(asyncId, phase) {
  const operation = open.get(asyncId);
  if (operation === undefined) return;
  const end = performance.now();
  performance.measure(operation.type, { start: operation.since, end, detail: phase });
  operation.since = end;
}

const hook = createHook({
  init(asyncId, type) { open.set(asyncId, { type, since: performance.now() }); },
  before(asyncId) { measure(asyncId, 'waiting'); },
  after(asyncId) { measure(asyncId, 'running'); },
  destroy(asyncId) { open.delete(asyncId); },
}).enable();

function table() {
  const rows = new Map();
  for (const { name, duration, detail } of performance.getEntriesByType('measure')) {
    const row = rows.get(name) ?? { count: 0, waiting: 0, running: 0 };
    row[detail] += duration;
    if (detail === 'running') row.count += 1;
    rows.set(name, row);
  }
  const columns = (...cells) => print(cells[0].padEnd(16), ...cells.slice(1).map((cell) => String(cell).padStart(10)));
  columns('type', 'callbacks', 'waiting', 'running');
  for (const [type, { count, waiting, running }] of rows) columns(type, count, ms(waiting), ms(running));
}

setTimeout(() => {
  setImmediate(() => {
    for (const end = performance.now() + 10; performance.now() < end;);
    fs.stat(__filename, async () => {
      await null;
      process.nextTick(() => setImmediate(() => {
        hook.disable();
        table();
      }));
    });
  });
}, 20);
