'use strict';

/** All garbage collected at once, where V8 allows it. */

const v8 = require('node:v8');
const { runInNewContext } = require('node:vm');

function collectGarbage() {
  try {
    v8.setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    v8.setFlagsFromString('--no-expose-gc');
  } catch {
    // Then stores may be called alive that nothing holds any more.
  }
}

module.exports = { collectGarbage };
