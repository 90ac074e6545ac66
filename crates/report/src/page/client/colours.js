'use strict';

/** One colour for a type, the same in every report: it follows from the name alone. */

/**
 * All are about as light as each other: each has 4.5 to 1 against the white text on it, and 3 to 1 against what is behind
 * it, in both themes. First the strong ones, then those for what is seen less often.
 */
const PALETTE = [
  '#b35e09',
  '#3873d0',
  '#875dd0',
  '#d04235',
  '#13864c',
  '#ce397c',
  '#088092',
  '#857507',
  '#498317',
  '#bb3ebb',
  '#6173a6',
  '#8a704d',
  '#477f6c',
  '#a55f77',
  '#8766a9',
  '#4b7c85',
  '#a66161',
  '#777743',
  '#597e47',
  '#a35b97',
  '#537993',
  '#966b55',
];
/** What programs use most, in the order of the palette. All other types share its colours. */
const COMMON = [
  'PROMISE',
  'Timeout',
  'TickObject',
  'HTTPINCOMINGMESSAGE',
  'TCPWRAP',
  'HTTPCLIENTREQUEST',
  'FSREQPROMISE',
  'TCPSERVERWRAP',
  'FSREQCALLBACK',
  'Immediate',
  'Microtask',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'SHUTDOWNWRAP',
  'FILEHANDLECLOSEREQ',
  'TLSWRAP',
  'PBKDF2REQUEST',
  'MESSAGEPORT',
  'WRITEWRAP',
  'WORKER',
  'FILEHANDLE',
  'HTTP2SESSION',
];
/** Of several types together. */
const OTHER = '#6f757d';

/** @param {string} name */
function colourOf(name) {
  const known = COMMON.indexOf(name);
  if (known >= 0) return PALETTE[known];
  let hash = 7;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return PALETTE[hash % PALETTE.length];
}

/** @param {{types: string[]}} data @returns {(type: number) => string} */
function colours({ types }) {
  const all = types.map(colourOf);
  return (type) => all[type] ?? OTHER;
}

module.exports = { colours, PALETTE, OTHER };
