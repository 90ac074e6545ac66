// setUncaughtExceptionCaptureCallback in place of a listener.
'use strict';

process.setUncaughtExceptionCaptureCallback((error) => console.log('captured', error.message));
setImmediate(() => { throw new Error('from an immediate'); });
setImmediate(() => console.log('goes on'));
