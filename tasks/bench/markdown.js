'use strict';

/** The table of several Nodes as Markdown, and its place in a document. */

const { barOf, numeral, totalOf } = require('./table');

/** @typedef {import('.').Report} Report */

/**
 * @param {Report[]} reports of the same rows
 * @param {string} command that made them
 */
function markdown(reports, command) {
  const versions = reports.map(({ node }) => node);
  const [{ date, rounds, clock }] = reports;
  const lines = [
    `\`${command}\`, ${date.slice(0, 10)}, ${process.platform} ${process.arch}, Node ${versions.join(', ')}; ` +
      `${rounds} rounds, clock \`${clock}\`. In each cell: none / builtin / ours, then ours/builtin and its bar.`,
    '',
    tableLine(['row', ...versions.map((version) => `Node ${version}`)]),
    tableLine(['---', ...versions.map(() => '---')]),
  ];
  reports[0].results.forEach(({ name }, row) => {
    lines.push(tableLine([name, ...reports.map(({ results }) => cell(results[row]))]));
  });
  return lines.join('\n');
}

/** @param {import('./run').Result} result */
function cell(result) {
  const { none, builtin, ours, unit, met } = result;
  const values = `${[none, builtin, ours].map(numeral).join(' / ')} ${unit}`;
  const total = result.bar.of === 'total' ? `**${totalOf(result)}** ` : '';
  const bar = barOf(result).replace('<=', '≤').replace('>=', '≥');
  return `${values}<br>${total}${bar} ${met ? 'met' : '**missed**'}`;
}

/** @param {string[]} cells */
function tableLine(cells) {
  return `| ${cells.join(' | ')} |`;
}

const BEGIN = '<!-- matrix: begin -->';
const END = '<!-- matrix: end -->';

/**
 * @param {string} text
 * @param {string} document
 * @returns {string} the document with the text between its marks
 */
function insert(text, document) {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The document has no place for the table: ${BEGIN} … ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n${text}\n${document.slice(end)}`;
}

module.exports = { markdown, insert };
