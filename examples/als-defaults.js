'use strict';
// Shows: the options of AsyncLocalStorage: a default value for when there is no store, and a name for debugging.
// Look at: the default shows outside of run() only; a storage without a name has the empty one.
//
// Needs: storageOptions
// Output:
//   outside: nobody
//   inside: ann
//   inside, set to undefined: undefined
//   names: "user" and ""
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const user = new AsyncLocalStorage({ defaultValue: 'nobody', name: 'user' });
const plain = new AsyncLocalStorage();

print('outside:', user.getStore());
user.run('ann', () => {
  print('inside:', user.getStore());
  user.run(undefined, () => print('inside, set to undefined:', user.getStore()));
});
print(`names: "${user.name}" and "${plain.name}"`);
