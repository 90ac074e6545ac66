'use strict';
// Shows: a class of your own as an asynchronous resource: a query to a (pretended) database.
// Look at: the callback runs in the query's scope although the database calls back from a timer of its own.
//          init gets the query object while its constructor is still at work, so the statement
//          is not there yet; before can read it.
//
// Output:
//   init Query A: undefined
//   init Query B: undefined
//   before B: select 2
//   2 in the scope of B
//   before A: select 1
//   1 in the scope of A
//   destroy B
//   destroy A
const { AsyncResource, createHook, executionAsyncId } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();
const queries = new Map();

createHook({
  init(asyncId, type, triggerAsyncId, resource) {
    if (type !== 'Query') return;
    queries.set(asyncId, resource);
    print(`init Query ${name(asyncId)}: ${resource.sql}`);
  },
  before(asyncId) {
    if (queries.has(asyncId)) print(`before ${name(asyncId)}: ${queries.get(asyncId).sql}`);
  },
  destroy(asyncId) {
    if (queries.delete(asyncId)) print('destroy', name(asyncId));
  },
}).enable();

/** One connection; it answers the latest question first. */
const database = {
  waiting: [],
  ask(sql, callback) {
    if (this.waiting.push({ sql, callback }) === 1) setTimeout(() => this.answer(), 1);
  },
  answer() {
    for (const { sql, callback } of this.waiting.splice(0).reverse()) callback(null, Number(sql.slice(-1)));
  },
};

class Query extends AsyncResource {
  constructor(sql) {
    super('Query');
    this.sql = sql;
  }

  run(callback) {
    database.ask(this.sql, (error, value) => {
      this.runInAsyncScope(callback, null, error, value);
      this.emitDestroy();
    });
  }
}

for (const sql of ['select 1', 'select 2']) {
  new Query(sql).run((error, value) => print(`${value} in the scope of ${name(executionAsyncId())}`));
}
