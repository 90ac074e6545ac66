// A tracing channel follows a promise and a callback.
'use strict';

const { tracingChannel } = require('node:diagnostics_channel');

const channels = tracingChannel('corpus');
const report = (event) => ({ name }) => console.log(event, name);
channels.subscribe({
  start: report('start'),
  end: report('end'),
  asyncStart: report('asyncStart'),
  asyncEnd: report('asyncEnd'),
  error: report('error'),
});

async function main() {
  await channels.tracePromise(async () => { await null; }, { name: 'promise' });
  await new Promise((resolve) => {
    channels.traceCallback((done) => setImmediate(done), 0, { name: 'callback' }, null, resolve);
  });
}

main();
