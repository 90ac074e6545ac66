// The names of the runtime's own resource types.
'use strict';

const { asyncWrapProviders } = require('node:async_hooks');

console.log(Object.isFrozen(asyncWrapProviders), Object.entries(asyncWrapProviders));
