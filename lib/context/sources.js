'use strict';

/** The sources that run, with what the transform has made of them. */

const { Literals } = require('./literals');
const { withoutMarks } = require('./marks');

/**
 * @typedef {object} Source
 * @property {string} tag
 * @property {string} file
 * @property {string} source as it was
 * @property {string} text as it runs
 * @property {boolean} isModule
 */

/** @typedef {import('./literals').Literal & { tag: string }} Literal */

/** @type {Map<string, Source>} */
const byTag = new Map();
/** @type {Map<string, Source>} */
const byFile = new Map();
/** @type {Map<string, Literals>} */
const literals = new Map();
/** By place. @type {WeakMap<object, Literal | null>} */
const found = new WeakMap();
/** @type {WeakMap<object, { file: string, line: number, column: number }>} */
const originals = new WeakMap();

/** @param {Source} source */
function addSource(source) {
  byTag.set(source.tag, source);
  byFile.set(source.file, source);
}

/** @param {Source} source */
function literalsOf(source) {
  let known = literals.get(source.tag);
  if (known === undefined) literals.set(source.tag, (known = new Literals(source.file, source.source, source.isModule)));
  return known;
}

/**
 * @param {import('./places').Place} place as V8 tells it
 * @returns {{ file: string, line: number, column: number }} as it is in the source
 */
function originalOf(place) {
  let original = originals.get(place);
  if (original === undefined) originals.set(place, (original = unmapped(place)));
  return original;
}

/** @param {import('./places').Place} place */
function unmapped({ file, line, column }) {
  const source = byFile.get(file);
  if (source === undefined) return { file, line, column };
  let from = 0;
  for (let left = line - 1; left > 0; left--) from = source.text.indexOf('\n', from) + 1;
  return { file, line, column: withoutMarks(source.text.slice(from, from + column - 1)).length + 1 };
}

/**
 * @param {import('./places').Place} place
 * @returns {Literal | null} the function that it stands in
 */
function literalOf(place) {
  let literal = found.get(place);
  if (literal === undefined) {
    const source = byFile.get(place.file);
    const { line, column } = originalOf(place);
    const at = source === undefined ? null : literalsOf(source).at(line, column);
    literal = source === undefined || at === null ? null : withTag(at, source.tag);
    found.set(place, literal);
  }
  return literal;
}

/**
 * @param {import('./literals').Literal} literal
 * @param {string} tag
 */
function withTag(literal, tag) {
  return Object.assign(literal, { tag });
}

/**
 * @param {string} tag
 * @param {number} number
 * @returns {Literal | null}
 */
function literalBy(tag, number) {
  const source = byTag.get(tag);
  const literal = source === undefined ? undefined : literalsOf(source).all[number];
  return literal === undefined ? null : withTag(literal, tag);
}

/** @param {Literal} literal */
function takerOf(literal) {
  const source = byTag.get(literal.tag);
  return source === undefined ? null : literalsOf(source).takerOf(literal);
}

/**
 * @param {import('./places').Place} place of a call
 * @param {import('./places').Place} other one in the same function
 * @returns {boolean} whether the other one comes behind the whole call
 */
function isBehindCall(place, other) {
  const source = byFile.get(place.file);
  const literal = literalOf(place);
  if (source === undefined || literal === null) return false;
  const offsets = [originalOf(place), originalOf(other)].map(({ line, column }) => literalsOf(source).offsetOf(line, column));
  // The outermost one that begins with it: what is given to it counts as inside.
  const calls = literal.calls.filter(({ start, end }) => start <= offsets[0] && offsets[0] < end);
  const call = calls.findLast(({ callee }) => /\brun$/.test(callee)) ?? calls.at(-1);
  return call !== undefined && offsets[1] >= call.end;
}

/**
 * @param {string} file
 * @param {number} line
 * @returns {string} that line, where the file is known
 */
function lineOf(file, line) {
  const source = byFile.get(file);
  return source === undefined ? '' : literalsOf(source).lineAt(line);
}

module.exports = { addSource, isBehindCall, lineOf, literalBy, literalOf, originalOf, takerOf };
