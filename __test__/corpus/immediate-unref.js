// An unref'ed immediate does not run if nothing else holds the process.
'use strict';

const immediate = setImmediate((text) => console.log(text), 'ref again').unref();
immediate.ref();
setImmediate(() => setImmediate(() => console.log('never')).unref());
