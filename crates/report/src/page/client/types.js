'use strict';

/** The numbers of every type, in a table that can be sorted. */

const { h, named, section } = require('./dom');
const { compact, count, duration } = require('./format');

const latency = (key, at) => ({
  of: (stat) => (stat[key][0] > 0 ? stat[key][at] : -1),
  show: (value) => (value < 0 ? '–' : duration(value)),
});
const number = (of) => ({ of, show: (value) => compact(value), title: count });

/** @type {{ label: string, group?: string, of: (stat: any) => number, show: (value: number) => string, title?: (value: number) => string }[]} */
const COLUMNS = [
  { label: 'Created', ...number((stat) => stat.created) },
  { label: 'Alive', ...number((stat) => stat.alive) },
  { label: 'Callbacks', ...number((stat) => stat.callbacks) },
  { label: 'p50', group: 'Wait', ...latency('wait', 1) },
  { label: 'p99', group: 'Wait', ...latency('wait', 2) },
  { label: 'max', group: 'Wait', ...latency('wait', 3) },
  { label: 'p50', group: 'Run', ...latency('run', 1) },
  { label: 'p99', group: 'Run', ...latency('run', 2) },
  { label: 'max', group: 'Run', ...latency('run', 3) },
  { label: 'total', group: 'Run', ...latency('run', 4) },
  { label: 'p50', group: 'Lifetime', ...latency('life', 1) },
  { label: 'p99', group: 'Lifetime', ...latency('life', 2) },
];

function types(data, colour, search) {
  if (data.stats.length === 0) return section('types', 'Types', null, h('p', { class: 'empty' }, 'Nothing was recorded of any type.'));
  const body = h('tbody');
  const state = { column: COLUMNS[0], down: true };
  const heads = COLUMNS.map((column) =>
    h(
      'th',
      { scope: 'col', class: column.group ? `of-${column.group.toLowerCase()}` : null, 'aria-sort': 'none' },
      h(
        'button',
        { type: 'button', 'aria-label': `Sort by ${column.group ?? ''} ${column.label}`, onclick: () => sort(column) },
        column.label,
      ),
    ),
  );
  const sort = (column) => {
    state.down = state.column === column ? !state.down : true;
    state.column = column;
    fill();
  };
  const fill = () => {
    heads.forEach((head, index) =>
      head.setAttribute('aria-sort', COLUMNS[index] !== state.column ? 'none' : state.down ? 'descending' : 'ascending'),
    );
    const rows = [...data.stats].sort((a, b) => (state.column.of(b) - state.column.of(a)) * (state.down ? 1 : -1));
    body.replaceChildren(
      ...rows.map((stat) =>
        h(
          'tr',
          null,
          h(
            'th',
            { scope: 'row' },
            h('b', { style: { background: colour(stat.type) } }),
            h(
              'button',
              { type: 'button', class: 'link', title: 'Search for these', onclick: () => search(data.types[stat.type]) },
              named(data, stat.type),
            ),
          ),
          COLUMNS.map((column) =>
            h(
              'td',
              { class: column.group ? `of-${column.group.toLowerCase()}` : null, title: column.title?.(column.of(stat)) },
              column.show(column.of(stat)),
            ),
          ),
        ),
      ),
    );
  };
  fill();
  return section(
    'types',
    'Types',
    'Wait is from creation to the first callback, run the time in callbacks, lifetime from creation to destruction.',
    h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of types' },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            h('td', { colspan: '4' }),
            h('th', { colspan: '3', scope: 'colgroup' }, 'Wait'),
            h('th', { colspan: '4', scope: 'colgroup' }, 'Run'),
            h('th', { colspan: '2', scope: 'colgroup' }, 'Lifetime'),
          ),
          h('tr', null, h('th', { scope: 'col' }, 'Type'), heads),
        ),
        body,
      ),
    ),
  );
}

module.exports = { types };
