// A context with a microtask queue of its own.
'use strict';

const vm = require('node:vm');

const context = vm.createContext({ log: console.log }, { microtaskMode: 'afterEvaluate' });
vm.runInContext("Promise.resolve().then(() => log('promise inside'))", context);
console.log('after the run');
Promise.resolve().then(() => console.log('promise outside'));
