'use strict';
// Shows: disable(): the store is gone for everyone, until run() or enterWith() is used again.
// Look at: another storage is not affected.
//
// Output:
//   running: orders, users
//   after disable: undefined, users
//   used again: new orders, users
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const orders = new AsyncLocalStorage();
const users = new AsyncLocalStorage();
const show = (when) => print(`${when}: ${orders.getStore()}, ${users.getStore()}`);

users.run('users', () => {
  orders.run('orders', () => {
    show('running');
    orders.disable();
    show('after disable');
    orders.run('new orders', show, 'used again');
  });
});
