'use strict';

/** How a report names the storages, contexts and operations of a program. */

const path = require('node:path');

const { PACKAGES, packageOf } = require('./places');
const { lineOf, originalOf } = require('./sources');

/** @type {WeakMap<object, string>} */
const names = new WeakMap();

/**
 * @param {import('./storages').Storage} storage
 * @returns {string} its name, or that of the variable that has it
 */
function nameOf(storage) {
  let name = names.get(storage);
  if (name === undefined) names.set(storage, (name = named(storage)));
  return name;
}

/** @param {import('./storages').Storage} storage */
function named({ name, place, number }) {
  if (name !== '') return name;
  if (place === null) return `storage ${number}`;
  const { file, line, column } = originalOf(place);
  if (place.kind === PACKAGES) return `of ${packageOf(file)}`;
  const [, variable] = /([\w$#]+)\s*[=:]\s*$/.exec(lineOf(file, line).slice(0, column - 1)) ?? [];
  return variable ?? `${path.basename(file)}:${line}`;
}

/**
 * Where a context began, in the words of the program.
 * @param {import('./tokens').Token} token
 */
function contextOf(token) {
  const { root, request } = token;
  if (request !== null) return request.asks;
  const { kind, place } = root;
  if (place === null) return `${kind}()`;
  const { file, line } = originalOf(place);
  return `${kind}() at ${path.basename(file)}:${line}`;
}

module.exports = { contextOf, nameOf };
