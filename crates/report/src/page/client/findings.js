'use strict';

/** What the report found, in plain words; each leads to where it is in the timeline. */

const { h, section } = require('./dom');
const { duration, moment } = require('./format');

/** @param {any} data @param {(finding: any) => void} lead goes to a finding's place in the recording */
function findings({ findings: all, totals, threads }, lead) {
  const cards = all.map((finding) => {
    const { text, evidence, thread, from, to } = finding;
    const isThere = from !== null && thread < threads.length;
    const on = threads.length > 1 && isThere ? ` on ${threads[thread].name}` : '';
    const when = !isThere
      ? null
      : to > from
        ? `${duration(to - from)} from ${moment(from, totals.duration / 1000)}${on}`
        : `at ${moment(from, totals.duration / 1000)}${on}`;
    return h(
      'li',
      { class: 'finding' },
      h('p', { class: 'said' }, text),
      evidence.map((line) => h('p', { class: 'evidence' }, line)),
      isThere
        ? h(
            'button',
            { type: 'button', class: 'link lead', onclick: () => lead(finding) },
            'Show in the timeline',
            h('small', null, ` ${when}`),
          )
        : null,
    );
  });
  return section(
    'findings',
    'Findings',
    null,
    cards.length > 0
      ? h('ul', { class: 'findings' }, cards)
      : h(
          'p',
          { class: 'empty' },
          totals.events === 0
            ? 'Nothing stands out. No asynchronous operation was recorded: the program began none, or it ended before.'
            : 'Nothing stands out.',
        ),
  );
}

module.exports = { findings };
