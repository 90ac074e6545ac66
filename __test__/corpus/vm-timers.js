// Code of another context uses the timers of this one, and its microtasks after a run.
'use strict';

const vm = require('node:vm');

vm.runInNewContext(`
  setImmediate(() => log('immediate'));
  Promise.resolve().then(() => log('promise'));
`, { log: console.log, setImmediate });
console.log('run');
