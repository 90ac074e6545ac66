// question: Behind query.then(…) the tenant is gone, with await it is there. (query builders with a then of their own)
// kind: thenable
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const tenant = new AsyncLocalStorage();
const sent = [];

class Query {
  callbacks = [];

  constructor(sql) {
    this.sql = sql;
    sent.push(this);
  }

  then(resolved) {
    this.callbacks.push(resolved);
    return this;
  }

  answered(rows) {
    for (const callback of this.callbacks) callback(rows); // <- here
  }
}

// The connection.
setImmediate(() => {
  for (const query of sent) query.answered([query.sql]);
});

for (const name of ['acme', 'umbra']) {
  tenant.run({ name }, () => {
    new Query('select 1').then((rows) => console.log(rows.length, name, tenant.getStore()?.name));
    //= new Query('select 1').then(AsyncResource.bind((rows) => console.log(rows.length, name, tenant.getStore()?.name)));
  });
}
void AsyncResource;
