'use strict';
// Shows: a hook sees nothing until it is enabled and nothing after it is disabled; both calls return the hook.
// Look at: of the three timers only the second is reported, and enabling twice does not report twice.
//
// Output:
//   enable() returns the hook: true
//   init Timeout, made while enabled
//   disable() returns the hook: true
//   timers reported: 1
const { createHook } = require('./module');
const { print } = require('./support/print');

let reported = 0;
const hook = createHook({
  init(asyncId, type) {
    reported += 1;
    print(`init ${type}, made while enabled`);
  },
});

clearTimeout(setTimeout(() => {}, 5));

print('enable() returns the hook:', hook.enable() === hook);
hook.enable();
clearTimeout(setTimeout(() => {}, 5));

print('disable() returns the hook:', hook.disable() === hook);
clearTimeout(setTimeout(() => {}, 5));

print('timers reported:', reported);
