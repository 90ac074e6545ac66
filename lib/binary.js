'use strict';

/**
 * Finds and loads the binary: the one that was built in this folder, or the one of the
 * package for this platform. `NAPI_RS_NATIVE_LIBRARY_PATH` names another one, as in all
 * packages of napi-rs.
 */

const { PACKAGE, BUILT, targets } = require('./targets');

/**
 * @returns {typeof import('./native.d.ts')}
 * @throws {AggregateError} where none of them loads: what each one said
 */
function load() {
  const errors = [];
  for (const candidate of candidates()) {
    try {
      return require(candidate);
    } catch (error) {
      errors.push(error);
    }
  }
  throw new AggregateError(errors, `no binary of ${PACKAGE} loads`);
}

function candidates() {
  const named = process.env.NAPI_RS_NATIVE_LIBRARY_PATH;
  if (named) return [named];
  return [BUILT, ...targets().map((target) => `${PACKAGE}-${target}`)];
}

module.exports = { load };
