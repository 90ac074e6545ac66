'use strict';
// Shows: asyncWrapProviders, the table of the resource types that Node's C++ side can make.
// Look at: types that JavaScript makes (Timeout, TickObject, your own) are not in it; the table cannot be changed.
//
// Output:
//   TCPWRAP: a number
//   PROMISE: a number
//   Timeout: not in the table
//   frozen: true, prototype: null
const { asyncWrapProviders } = require('./module');
const { print } = require('./support/print');

for (const type of ['TCPWRAP', 'PROMISE', 'Timeout']) {
  print(`${type}: ${type in asyncWrapProviders ? `a ${typeof asyncWrapProviders[type]}` : 'not in the table'}`);
}
print(`frozen: ${Object.isFrozen(asyncWrapProviders)}, prototype: ${Object.getPrototypeOf(asyncWrapProviders)}`);
