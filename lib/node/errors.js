'use strict';

/**
 * Errors with Node's codes and wording, for the checks that the running Node's own
 * module does not make because it lacks the feature.
 */

const { inspect } = require('node:util');

/**
 * @param {ErrorConstructor} Base
 * @param {string} code
 * @param {string} message
 */
function nodeError(Base, code, message) {
  const error = /** @type {Error & { code: string }} */ (new Base(message));
  // The code stands in the stack's first line but not in the name, as in Node.
  error.name = `${Base.name} [${code}]`;
  error.stack; // eslint-disable-line no-unused-expressions
  delete (/** @type {any} */ (error).name);
  error.code = code;
  return error;
}

/**
 * @param {string} name of the argument
 * @param {string} expected such as `of type boolean`
 * @param {unknown} actual
 */
function invalidArgType(name, expected, actual) {
  return nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${name}" argument must be ${expected}. Received ${received(actual)}`);
}

/**
 * @param {string} name of the argument
 * @param {unknown} value
 * @param {string} reason
 */
function invalidArgValue(name, value, reason) {
  return nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument '${name}' ${reason}. Received ${inspect(value)}`);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function invalidAsyncId(name, value) {
  return nodeError(RangeError, 'ERR_INVALID_ASYNC_ID', `Invalid ${name} value: ${inspect(value)}`);
}

/** @param {unknown} type */
function invalidAsyncType(type) {
  return nodeError(TypeError, 'ERR_ASYNC_TYPE', `Invalid name for async "type": ${typeof type === 'string' ? type : inspect(type)}`);
}

/** @param {any} value */
function received(value) {
  if (value == null) return `${value}`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') {
    return value.constructor?.name ? `an instance of ${value.constructor.name}` : inspect(value, { depth: -1 });
  }
  const text = inspect(value, { colors: false });
  return `type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}

module.exports = { nodeError, invalidArgType, invalidArgValue, invalidAsyncId, invalidAsyncType };
