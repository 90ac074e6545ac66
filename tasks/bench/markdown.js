'use strict';

/** The results of several Nodes as Markdown, a table for each set of bars, and their place in a document. */

const { barOf, numeral, totalOf } = require('./table');

/** @typedef {import('.').Report} Report */

/**
 * @param {Report[]} reports of the same rows
 * @param {string} command that made them
 */
function markdown(reports, command) {
  const [{ date, rounds, clock }] = reports;
  const versions = reports.map(({ node }) => node).join(', ');
  const source = `\`${command}\`, ${date.slice(0, 10)}, ${process.platform} ${process.arch}, Node ${versions}; ${rounds} rounds, clock \`${clock}\`.`;
  // Where Node can leave promises to the package comes first: these Nodes are the newer ones.
  const sets = [reports.filter(({ own }) => own), reports.filter(({ own }) => !own)].filter(({ length }) => length > 0);
  return [source, ...sets.map(tableOf)].join('\n\n');
}

/** @param {Report[]} reports with the same bars */
function tableOf(reports) {
  const lines = [
    `### Node ${reports.map(({ node }) => node.split('.')[0]).join(' and ')}`,
    '',
    tableLine(['row', 'bar', ...reports.map(({ node }) => `Node ${node}`)]),
    tableLine(['---', '---', ...reports.map(() => '---')]),
  ];
  reports[0].results.forEach((result, row) => {
    const bar = barOf(result).replace('<=', '≤').replace('>=', '≥');
    lines.push(tableLine([result.name, bar, ...reports.map(({ results }) => cell(results[row]))]));
  });
  return lines.join('\n');
}

/** @param {import('./run').Result} result */
function cell(result) {
  const { none, builtin, ours, unit, met } = result;
  const total = result.bar.of === 'total' ? `**${totalOf(result)}** ` : '';
  return `${total}(${[none, builtin, ours].map(numeral).join(' / ')} ${unit})${met ? '' : ' missed'}`;
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
