'use strict';

/** The top of the page: what ran, the totals, and what is missing from them. */

const { h } = require('./dom');
const { toggle } = require('./theme');
const { compact, count, duration, many, percent } = require('./format');

function tile(label, value, title, tone) {
  return h('div', { class: `tile ${tone ?? ''}`, title }, h('dt', null, label), h('dd', null, value));
}

function tiles({ totals, dropped }) {
  const missing = dropped.reduce((sum, [, lost]) => sum + lost, 0);
  return h(
    'dl',
    { class: 'tiles' },
    tile('Recorded', duration(totals.duration), 'from the first event to the last'),
    tile('Threads', count(totals.threads)),
    tile('Resources', compact(totals.resources), count(totals.resources)),
    tile('Alive at the end', compact(totals.alive), count(totals.alive)),
    tile('Events', compact(totals.events), count(totals.events)),
    tile('Callbacks', compact(totals.callbacks), count(totals.callbacks)),
    tile(
      'Event loop busy',
      totals.busy.length > 0 ? percent(totals.busy[0] / totals.busy[1]) : '–',
      'share of the time in which the event loop did not wait',
    ),
    tile('Longest callback', totals.longest ? duration(totals.longest) : '–'),
    tile('Dropped', compact(missing), 'whole resources that were not recorded', missing > 0 ? 'bad' : 'good'),
  );
}

/** Types that are named in a warning. */
const NAMED = 50;

function warnings({ complete, cut, dropped, types, leftOut, middles }) {
  const missing = dropped.reduce((sum, [, lost]) => sum + lost, 0);
  return [
    ...middles.map((middle) => h('p', { class: 'notice', role: 'note' }, middle)),
    missing > 0 &&
      h(
        'p',
        { class: 'warning', role: 'note' },
        h('strong', null, `${many(missing, 'resource')} ${missing === 1 ? 'was' : 'were'} dropped`),
        ` because the recorder could not keep up: ${named(dropped, types)}. All other numbers leave them out.`,
      ),
    cut &&
      h(
        'p',
        { class: 'warning', role: 'note' },
        h('strong', null, 'The file is not whole'),
        ` (${cut.what}, at byte ${count(cut.offset)}). This page shows everything before it.`,
      ),
    leftOut.length > 0 &&
      h(
        'div',
        { class: 'notice', role: 'note' },
        h('strong', null, 'Not all of it is in this page.'),
        h(
          'ul',
          null,
          leftOut.map((what) => h('li', null, what)),
        ),
      ),
    !complete &&
      !cut &&
      h('p', { class: 'notice', role: 'note' }, 'The program ended before the recorder did, so the last moments may be missing.'),
  ];
}

/** What was dropped of each type, those first of which the most was. */
function named(dropped, types) {
  const sorted = [...dropped].sort(([, a], [, b]) => b - a);
  const texts = sorted.slice(0, NAMED).map(([type, lost]) => `${types[type]} ${count(lost)}`);
  return [...texts, ...(sorted.length > NAMED ? [`and ${many(sorted.length - NAMED, 'more type')}`] : [])].join(', ');
}

function header(data) {
  const { title, pid, processes, node, platform, wall, argv } = data.header;
  return [
    h(
      'div',
      { class: 'heading' },
      h(
        'div',
        null,
        h('h1', { title: argv.join(' ') }, title),
        h(
          'p',
          { class: 'hint' },
          [
            `Node ${node.replace(/^v/, '')}`,
            platform,
            processes > 1 ? `${processes} processes` : `process ${pid}`,
            new Date(wall).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'medium' }),
          ].join(' · '),
        ),
      ),
      toggle(),
    ),
    ...warnings(data),
    tiles(data),
  ];
}

module.exports = { header };
