// question: It crashes in a nextTick. Who has asked for that?
// kind: crash
// exits: 1
'use strict';

function notify(listener) {
  process.nextTick(() => listener.call('changed')); // <- here
}

setTimeout(() => notify({ onChange() {} }), 20);
