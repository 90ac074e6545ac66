'use strict';

/** Turns of phrase that a reader has to read twice, in what users read: documents, types and the texts of the commands. */

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const PLACES = ['.', 'docs', 'examples', 'tasks', 'crates/async-hooks', 'lib/cli'];
const KINDS = ['.md', '.d.ts'];

/** Each with what to write. @type {[RegExp, string][]} */
const PHRASES = [
  [/\bthat of which\b/i, 'two sentences'],
  [/\bby which it (?:is|was|can be) \w+ed\b/i, 'an active verb'],
  [/\bwhat is [\w ]{1,30} is\b/i, 'the noun that is meant'],
  [/\bis (?:said|had)\b/i, 'who says it, or has it'],
  [/\b(?:in order to|due to the fact that|at this point in time)\b/i, 'to, because, now'],
  [/\b(?:utilise|utilize)[sd]?\b/i, 'use'],
  [/\b(?:simply|obviously|of course)\b/i, 'nothing'],
  [/\b(\w+) \1\b(?! \1)/i, 'the word once'],
];
/** Repeated on purpose. */
const TWICE = /\b(?:that that|had had|ha ha)\b/i;

/**
 * @param {string} text
 * @returns {{ line: number, phrase: string, advice: string }[]}
 */
function find(text) {
  let isCode = false;
  return text.split('\n').flatMap((line, at) => {
    if (/^\s*```/.test(line)) {
      isCode = !isCode;
      return [];
    }
    if (isCode) return [];
    const prose = line.replace(/`[^`]*`/g, '`').replace(/\]\([^)]*\)/g, ']');
    return PHRASES.flatMap(([pattern, advice]) => {
      const [phrase] = pattern.exec(prose) ?? [];
      return phrase === undefined || TWICE.test(phrase) ? [] : [{ line: at + 1, phrase, advice }];
    });
  });
}

/** Files that people read. */
function* files() {
  for (const place of PLACES) {
    const folder = path.join(root, place);
    for (const name of fs.readdirSync(folder, { encoding: 'utf8', recursive: place !== '.' })) {
      const file = path.join(place, name);
      if (/(?:^|[\\/])(?:node_modules|target)[\\/]/.test(file) || name === 'THIRD-PARTY-NOTICES.md') continue;
      if (KINDS.some((kind) => name.endsWith(kind))) yield file;
    }
  }
}

module.exports = { find };

if (require.main === module) {
  for (const file of files()) {
    for (const { line, phrase, advice } of find(fs.readFileSync(path.join(root, file), 'utf8'))) {
      console.error(`${file}:${line}: "${phrase}": write ${advice}`);
      process.exitCode = 1;
    }
  }
}
