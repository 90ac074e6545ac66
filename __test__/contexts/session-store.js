// question: req.session is there, but the context is not: the store reads in batches. (express-session)
// kind: timer
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const context = new AsyncLocalStorage();

class SessionStore {
  reads = [];

  constructor() {
    this.timer = setInterval(() => {
      for (const { id, callback } of this.reads.splice(0)) callback(null, { id }); // <- here
      if (left === 0) clearInterval(this.timer);
    }, 2);
  }

  get(id, callback) {
    this.reads.push({ id, callback });
  }
}

const store = new SessionStore();
let left = 2;

function session(request, next) {
  store.get(request.sessionId, (error, data) => {
    request.session = data;
    next();
  });
}

for (const sessionId of ['s1', 's2']) {
  context.run({ sessionId }, () => {
    session({ sessionId }, () => {
      //= session({ sessionId }, AsyncResource.bind(() => {
      left -= 1;
      console.log(sessionId, context.getStore()?.sessionId, AsyncResource.name);
    });
    //= }));
  });
}
