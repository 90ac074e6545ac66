'use strict';

/** Under this symbol Node's own module has the instance. The number changes when copies could no longer work together. */
const KEY = Symbol.for('async-hooks-rs.instance.1');

module.exports = { KEY };
