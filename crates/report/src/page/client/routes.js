'use strict';

/** The requests by route: how long they took, and what their time went into. */

const { h, section } = require('./dom');
const { legend } = require('./filter');
const { answerOf, count, duration, percent } = require('./format');

function routes({ routes: all }, filter) {
  if (all.length === 0) return null;
  const longest = Math.max(...all.map(({ total }) => total), 1);
  const rows = all.map((route) =>
    h(
      'tr',
      null,
      h('th', { scope: 'row', title: route.route }, `${route.route} ${answerOf(route)}`),
      [count(route.count), duration(route.p50), duration(route.p99), duration(route.max)].map((text) => h('td', null, text)),
      h('td', { class: 'wide' }, bar(route, longest), h('small', null, mostly(route))),
    ),
  );
  const parts = rows.flatMap((row) => [...row.querySelectorAll('.parts i')]);
  const states = legend(
    filter,
    'What the time went into',
    Object.entries(NAMES).map(([kind, text]) => ({ what: [kind], text, mark: h('i', { class: kind }) })),
    () => `${count(parts.filter((part) => part.hidden).length)} of ${count(parts.length)} parts hidden`,
  );
  filter.onChange(() => {
    for (const part of parts) part.hidden = !filter.shows(part.dataset.kind);
    states.update();
  });
  return section(
    'routes',
    'Routes',
    'What takes the most time in all comes first. Bars show what it went into.',
    h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of routes' },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Route', 'Requests', 'p50', 'p99', 'max', 'Where the time went'].map((text) => h('th', { scope: 'col' }, text)),
          ),
        ),
        h('tbody', null, rows),
      ),
    ),
    states.element,
  );
}

const NAMES = { running: 'running', waiting: 'waiting for an operation', queued: 'queued behind something else', unknown: 'not known' };

function bar({ parts, total }, longest) {
  return h(
    'div',
    { class: 'parts', style: { width: `${Math.max(2, (total / longest) * 100)}%` } },
    spread(parts, total).map(({ kind, from, took, words }) =>
      h('i', {
        class: kind,
        'data-kind': kind,
        style: { left: `${(from / total) * 100}%`, width: `${(took / total) * 100}%` },
        title: `${percent(took / total)} ${words}`,
      }),
    ),
  );
}

/** One after the other. */
function spread(parts, total) {
  let from = 0;
  return parts
    .filter(() => total > 0)
    .map(([kind, took, words]) => {
      const part = { kind, from, took, words };
      from += took;
      return part;
    });
}

function mostly({ parts, total }) {
  if (parts.length === 0 || total === 0) return '';
  const [, took, words] = parts[0];
  return `${percent(took / total)} ${words}`;
}

module.exports = { routes };
