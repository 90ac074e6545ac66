'use strict';

/** What the report found, in plain words. */

const { h, section } = require('./dom');

function findings({ findings: all }) {
  const cards = all.map(([text, ...evidence]) => h('li', { class: 'finding' }, text,
    evidence.map((line) => h('p', { class: 'evidence' }, line))));
  return section('findings', 'Findings', null,
    cards.length > 0 ? h('ul', { class: 'findings' }, cards) : h('p', { class: 'empty' }, 'Nothing stands out.'));
}

module.exports = { findings };
