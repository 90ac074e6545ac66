'use strict';
// Shows: AsyncLocalStorage.snapshot(): the stores of this moment, as a function that runs any other function in
//        them. A lighter AsyncResource for a class that only needs the context back.
// Look at: the cart was made by ann; whoever asks for its owner later gets ann.
//
// Output:
//   asked by bob: cart of ann
//   asked by nobody: cart of ann
//   the asker is still: undefined
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const user = new AsyncLocalStorage();

class Cart {
  #inMyContext = AsyncLocalStorage.snapshot();

  owner() {
    return this.#inMyContext((what) => `${what} of ${user.getStore()}`, 'cart');
  }
}

const cart = user.run('ann', () => new Cart());

user.run('bob', () => print('asked by bob:', cart.owner()));
setTimeout(() => {
  print('asked by nobody:', cart.owner());
  print('the asker is still:', user.getStore());
}, 1);
