'use strict';

/**
 * The package as a CommonJS module that `import` sees all names of: Node finds them in the
 * text of these assignments.
 */

const ours = require('../../index.js');

exports.AsyncLocalStorage = ours.AsyncLocalStorage;
exports.AsyncResource = ours.AsyncResource;
exports.asyncWrapProviders = ours.asyncWrapProviders;
exports.createHook = ours.createHook;
exports.executionAsyncId = ours.executionAsyncId;
exports.executionAsyncResource = ours.executionAsyncResource;
exports.triggerAsyncId = ours.triggerAsyncId;

// Not `module.exports = ours`, which TypeScript would take for a second declaration of each.
Object.assign(module, { exports: ours });
