'use strict';

/**
 * What the transform puts into a source, in marks by which it can be taken out again: from the text of a function, and from what
 * stands in front of a column. A source that has such marks itself is left alone.
 */

/** Whatever the transform writes calls this global. */
const GLOBAL = '__asyncHooksRsContext';
const OPEN = '/*@<';
const END = '*/';
const CLOSE = '/*>@*/';

/** The end of an arrow function: nothing of its text may come behind. */
const ARROW_END = '/*@>*/)}';

const MARKED = /\/\*@<[\w:]*\*\/[^]*?\/\*>@\*\/|\/\*@>\*\/\)\}/g;
const FIRST_ID = /\/\*@<(\w+):(\d+)\*\//;
/** Variables of the transform in the file: nobody else has such names. */
const VARIABLE = '__asyncHooksRs';

/**
 * @param {string} text
 * @param {string} [id] of the function at whose head it stands
 */
function marked(text, id = '') {
  return `${OPEN}${id}${END}${text}${CLOSE}`;
}

/** @param {string} text */
function hasMarks(text) {
  return text.includes('/*@');
}

/** @param {string} source */
function mayBeMarked(source) {
  return !/\/\*@[<>]|>@\*\//.test(source) && !source.includes(VARIABLE);
}

/**
 * @param {string} text
 * @returns {string} as the program has it
 */
function withoutMarks(text) {
  return hasMarks(text) ? text.replace(MARKED, '') : text;
}

/**
 * The name of the function whose text this is, among all functions: its file and its number there.
 * @param {string} text as it runs
 * @returns {{ tag: string, number: number } | null}
 */
function idOf(text) {
  const found = FIRST_ID.exec(text);
  return found === null ? null : { tag: found[1], number: Number(found[2]) };
}

module.exports = { ARROW_END, GLOBAL, VARIABLE, hasMarks, idOf, marked, mayBeMarked, withoutMarks };
