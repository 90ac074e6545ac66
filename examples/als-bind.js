'use strict';
// Shows: AsyncLocalStorage.bind(): a function that always runs with the stores of the place that bound it.
// Look at: `this` and the arguments are the caller's, the stores are the binder's, for every storage at once.
//
// Output:
//   plain: user bob, language de
//   bound: user ann, language en, arguments hello,world
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const user = new AsyncLocalStorage();
const language = new AsyncLocalStorage();

const describe = () => `user ${user.getStore()}, language ${language.getStore()}`;
const within = (name, tongue, fn) => user.run(name, () => language.run(tongue, fn));

const bound = within('ann', 'en', () => AsyncLocalStorage.bind((...words) => `${describe()}, arguments ${words}`));

within('bob', 'de', () => {
  print('plain:', describe());
  print('bound:', bound('hello', 'world'));
});
