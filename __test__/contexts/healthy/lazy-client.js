// A client that the first request makes and all use.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const trace = new AsyncLocalStorage();
let client;

function createClient() {
  let calls = 0;
  return {
    query(text) {
      calls += 1;
      console.log(calls, text, trace.getStore() ?? 'no trace');
      return Promise.resolve(calls);
    },
  };
}

function getClient() {
  client ??= createClient();
  return client;
}

for (const id of ['one', 'two', 'three']) {
  void trace.run(id, async () => {
    await getClient().query('select 1');
    console.log('after', trace.getStore());
  });
}
setTimeout(() => void getClient().query('health check'), 1);
