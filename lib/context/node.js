'use strict';

/** What runs, as Node or as the package tells it: ids and resources of promises are the package's, where it tracks them. */

const { face } = require('../instance');

module.exports = { builtin: { executionAsyncId: face.executionAsyncId, executionAsyncResource: face.executionAsyncResource } };
