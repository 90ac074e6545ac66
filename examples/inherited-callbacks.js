'use strict';
// Shows: createHook reads its callbacks through the prototype chain, so a set of callbacks can be a class.
// Look at: init comes from the base class, before and after from the class derived from it.
//          `this` in a callback is the hook, not the object that the callbacks came from.
//
// Output:
//   Lifetimes.init Immediate
//   Calls.before
//   the immediate runs
//   Calls.after
//   this was the hook: true
const { createHook } = require('./module');
const { print } = require('./support/print');

let self;

class Lifetimes {
  init(asyncId, type) {
    self = this;
    print('Lifetimes.init', type);
  }
}

class Calls extends Lifetimes {
  before() { print('Calls.before'); }
  after() { print('Calls.after'); }
}

const hook = createHook(new Calls()).enable();

setImmediate(() => {
  print('the immediate runs');
});

process.on('exit', () => print('this was the hook:', self === hook));
