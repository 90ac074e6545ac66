// A signal that follows others.
'use strict';

const first = new AbortController();
const second = new AbortController();
const any = AbortSignal.any([first.signal, second.signal]);
any.addEventListener('abort', () => console.log(any.reason));
setImmediate(() => {
  second.abort('second');
  first.abort('first');
});
