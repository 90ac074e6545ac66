// A listener that the first request adds for everybody, and emissions from many requests.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { EventEmitter } = require('node:events');

const request = new AsyncLocalStorage();
const bus = new EventEmitter();

function ensureAudit() {
  if (bus.listenerCount('saved') > 0) return;
  const seen = [];
  bus.on('saved', (what) => {
    seen.push(what);
    console.log(what, 'saved by', request.getStore());
  });
}

for (const id of ['ada', 'bob', 'cyd']) {
  request.run(id, () => {
    ensureAudit();
    setTimeout(() => bus.emit('saved', `row of ${id}`), 1);
  });
}
