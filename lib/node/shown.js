'use strict';
/** Text that came from elsewhere, as a terminal may show it. Reports do the same in Rust (`crates/report/src/shown.rs`). */

/** Characters that control, reorder or are not seen, and halves of characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const NAMED = /** @type {Record<string, string>} */ ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' });
const LONGEST = 1000;

/**
 * One line, in which every character that is not seen as itself is an escape, as JavaScript would write it.
 * @param {string} text
 */
function shown(text) {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut.replace(HIDDEN, escape);
}

/** @param {string} character */
function escape(character) {
  const code = /** @type {number} */ (character.codePointAt(0));
  if (code > 0xff) return `\\u{${code.toString(16)}}`;
  return NAMED[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
}

module.exports = { shown };
