// An unref'ed timeout does not hold the process, one that is ref'ed again does.
'use strict';

setTimeout(() => console.log('never'), 60_000).unref();
const timeout = setTimeout(() => console.log('held'), 2).unref();
timeout.ref();
console.log(timeout.hasRef());
