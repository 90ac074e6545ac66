'use strict';

/** Programs that print in sections (`# title`), compared by section; a section in which the process dies is one that is told so. */

const { reasonOf, runProgram } = require('./programs');

/** @typedef {import('./programs').Which} Which */

/**
 * @param {string} program gets the number of the section to begin with
 * @returns {Promise<Map<string, Record<Which, string>>>} by title
 */
async function sectionsOf(program) {
  const [builtin, ours] = await Promise.all([printed('builtin', program), printed('ours', program)]);
  return new Map([...builtin].map(([title, text]) => [title, { builtin: text, ours: ours.get(title) ?? 'nothing' }]));
}

/**
 * @param {Which} which
 * @param {string} program
 */
async function printed(which, program) {
  /** @type {Map<string, string>} */
  const all = new Map();
  for (;;) {
    const outcome = await runProgram(which, program, [all.size], { timeout: 240_000 });
    const sections = split(outcome.stdout);
    if (outcome.code !== 0 && sections.length > 0) sections[sections.length - 1][1] += `\nthe process ended with ${reasonOf(outcome)}`;
    for (const [title, text] of sections) all.set(title, text);
    if (outcome.code === 0 || sections.length === 0) return all;
  }
}

/**
 * @param {string} text
 * @returns {[title: string, text: string][]}
 */
function split(text) {
  return text
    .split(/^# /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1).trimEnd()];
    });
}

/**
 * The same, or a program that lives where the builtin lets it die.
 * @param {Record<Which, string>} texts
 */
function isRight({ builtin, ours }) {
  return ours === builtin || (/^(uncaught|the process ended)/m.test(builtin) && ours.endsWith('ended with 0'));
}

/** Where ours is known to differ, and why, by the beginning of the title. */
const KNOWN = Object.entries({
  'what a promise shows of itself': 'a promise that is tracked shows the batch that it belongs to',
  'a storage behind a proxy': 'it has private fields',
  'tampered ': 'the program has replaced methods of the language that are used here, and Node keeps copies of all',
});

/**
 * @param {string} title
 * @returns {string | undefined} why it is known to differ
 */
function knownDifference(title) {
  return KNOWN.find(([beginning]) => title.startsWith(beginning))?.[1];
}

/**
 * Where two texts part.
 * @param {Record<Which, string>} texts
 */
function firstDifference({ builtin, ours }) {
  const [expected, actual] = [builtin.split('\n'), ours.split('\n')];
  const at = expected.findIndex((line, index) => line !== actual[index]);
  return at < 0 ? `"${actual[expected.length]}" and more` : `"${actual[at]}" instead of "${expected[at]}"`;
}

module.exports = { sectionsOf, isRight, knownDifference, firstDifference };
