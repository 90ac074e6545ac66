// An EventTarget calls its listeners at once.
'use strict';

const target = new EventTarget();
target.addEventListener('event', () => Promise.resolve().then(() => console.log('promise of the listener')));
target.addEventListener('event', () => console.log('second listener'), { once: true });
target.dispatchEvent(new Event('event'));
setImmediate(() => target.dispatchEvent(new Event('event')));
