// Promises and async functions of another context.
'use strict';

const vm = require('node:vm');

const context = vm.createContext({ console });
vm.runInContext(`
  const work = async (value) => console.log('inside', await value);
  work(Promise.resolve(1)).then(() => console.log('done'));
`, context);
const foreign = vm.runInContext('Promise.resolve(2)', context);
foreign.then((value) => console.log('outside', value, foreign instanceof Promise));
