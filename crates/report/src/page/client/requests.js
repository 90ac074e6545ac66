'use strict';

/** HTTP requests, one trace each: a list of them, and the operations of the chosen one as a waterfall. */

const { h, byId, section, choice } = require('./dom');
const { legend } = require('./filter');
const { answerOf, count, duration, moment, many, shortId } = require('./format');

const SHOWN = 60;
const ORDERS = { slow: (a, b) => b.length - a.length, early: (a, b) => a.start - b.start, many: (a, b) => b.size - a.size };

/** Which operation of the request led to which, from the request's first, in order of time. */
function tree(request, resources) {
  const rows = Array.from(request.spans);
  const children = new Map(rows.map((row) => [row, /** @type {number[]} */ ([])]));
  /** @type {number[]} */
  const first = [];
  for (const row of rows) {
    const parent = resources.row(resources.thread[row], resources.trigger[row]);
    const siblings = parent === row ? undefined : children.get(parent);
    (siblings ?? first).push(row);
  }
  const ordered = [];
  const visit = (row, depth) => {
    ordered.push({ row, depth });
    for (const child of children.get(row) ?? []) visit(child, depth + 1);
  };
  for (const row of first) visit(row, 0);
  return ordered;
}

/** The root serves the connection, which may be older than the request and go on after it. */
function taken(request, resources, row) {
  if (resources.id[row] === request.root) return duration(request.length);
  return resources.last[row] > 0 ? duration(resources.last[row]) : '–';
}

/** The method, the path and the status; or where they are not known, the resource. */
function nameOf({ words }, request) {
  if (request.what === null) return `${words[request.type]} ${request.root}`;
  return `${request.what} ${answerOf(request)}`;
}

/** Where a resource was created. */
function placeOf({ resources, places }, row) {
  return resources.place[row] > 0 ? ` · ${places[resources.place[row] - 1]}` : '';
}

/** The critical path: what the request was at, each nanosecond of it, and what took the most. */
function pathOf(request, filter) {
  if (request.path.length === 0) return { element: null, update() {} };
  const share = (time) => `${(time / Math.max(1, request.length)) * 100}%`;
  const longest = [...request.path].sort((a, b) => b[2] - a[2]).slice(0, 3);
  const parts = request.path.map(([kind, from, length, words]) =>
    h('i', { class: kind, 'data-kind': kind, style: { left: share(from), width: share(length) }, title: `${duration(length)} ${words}` }),
  );
  const update = () => {
    for (const part of parts) part.hidden = !filter.shows(part.dataset.kind);
  };
  const element = h(
    'div',
    { class: 'path' },
    h('div', { class: 'parts', role: 'img', 'aria-label': 'Where the time went' }, parts),
    h(
      'ul',
      { class: 'legend' },
      longest.map(([kind, , length, words]) => h('li', null, h('i', { class: kind }), ` ${duration(length)} ${words}`)),
    ),
  );
  return { element, update };
}

/** The chosen request, and what brings it up to date when something is hidden or shown. */
function waterfall(data, colour, request, open, filter, show) {
  const { resources, types } = data;
  const share = (time) => `${Math.max(0, Math.min(100, ((time - request.start) / Math.max(1, request.length)) * 100))}%`;
  const bar = (from, to, kind, fill) =>
    h('i', { class: kind, style: { left: share(from), width: `calc(${share(to)} - ${share(from)})`, '--fill': fill } });
  const all = tree(request, resources);
  const draw = ({ row, depth }) => {
    const created = resources.created[row];
    const wait = resources.wait[row];
    const began = wait < 0 ? created : created + wait;
    const fill = colour(resources.type[row]);
    return h(
      'button',
      {
        type: 'button',
        class: 'span',
        onclick: () => open(resources.thread[row], resources.id[row]),
        title: `${data.words[resources.type[row]]} ${shortId(resources.id[row])}${placeOf(data, row)}: ${moment(created - request.start, 1000)} after the request began, ${wait < 0 ? 'no callback' : `waited ${duration(wait)}, ran ${duration(resources.run[row])}`}`,
      },
      h(
        'span',
        { class: 'what', style: { 'padding-left': `${Math.min(depth, 14) * 10}px` } },
        h('b', { style: { background: fill } }),
        data.words[resources.type[row]],
        h('small', null, placeOf(data, row) || ` ${types[resources.type[row]]}`),
      ),
      h(
        'span',
        { class: 'bars' },
        resources.id[row] === request.root
          ? filter.shows('runs') && bar(request.start, request.start + request.length, 'runs', fill)
          : [
              !filter.shows('waits') || created < request.start || (wait < 0 && resources.last[row] > 0)
                ? null
                : bar(created, Math.max(began, created), 'waits', fill),
              filter.shows('runs') && resources.last[row] > 0
                ? bar(Math.max(began, request.start), Math.max(resources.end(row), request.start), 'runs', fill)
                : null,
            ],
      ),
      h('span', { class: 'number' }, taken(request, resources, row)),
    );
  };
  const rows = h('div');
  const shown = () => all.filter(({ row }) => filter.shows(resources.type[row]));
  const ofTypes = [...new Set(all.map(({ row }) => resources.type[row]))].map((type) => ({
    what: [type],
    text: data.words[type],
    mark: h('b', { style: { background: colour(type) } }),
  }));
  const key = legend(
    filter,
    'What the waterfall shows',
    [
      { what: ['waits'], text: 'from creation to the first callback', mark: h('i', { class: 'waits' }) },
      { what: ['runs'], text: 'from there to the end of the last', mark: h('i', { class: 'runs' }) },
      ...ofTypes,
    ],
    () => `${count(all.length - shown().length)} of ${many(all.length, 'operation')} hidden`,
  );
  const path = pathOf(request, filter);
  const update = () => {
    rows.replaceChildren(...shown().map(draw));
    path.update();
    key.update();
  };
  update();
  const nodes = [
    h(
      'div',
      { class: 'title' },
      h('h3', null, nameOf(data, request)),
      h(
        'p',
        { class: 'hint' },
        `${duration(request.length)} · began at ${moment(request.start, request.length / 100)} · ${many(request.size, 'operation')}${request.size > request.spans.length ? `, the first ${request.spans.length} shown` : ''}`,
      ),
      h('button', { type: 'button', class: 'quiet', onclick: () => show.timeline(request) }, 'Show in the timeline'),
      h('button', { type: 'button', class: 'quiet', onclick: () => show.running(request) }, 'What ran meanwhile'),
    ),
    path.element ?? '',
    h(
      'div',
      { class: 'spans' },
      h(
        'div',
        { class: 'span ruler', 'aria-hidden': 'true' },
        h('span'),
        h(
          'span',
          { class: 'bars' },
          [0, 0.25, 0.5, 0.75].map((part) => h('small', { style: { left: `${part * 100}%` } }, duration(request.length * part, 2))),
        ),
        h('span', { class: 'number' }),
      ),
      rows,
    ),
    key.element,
  ];
  return { nodes, update };
}

function requests(data, colour, open, filter, show) {
  const { total, list } = data.requests;
  const hint =
    total === 0
      ? null
      : `${total === list.length ? `All ${count(total)}` : `${count(list.length)} of ${count(total)}: the slowest, and some by chance`}. A request that was received runs from its head to the end of the response, one that was made to the last activity of what it led to.`;
  if (total === 0)
    return { element: section('requests', 'Requests', hint, h('p', { class: 'empty' }, 'No HTTP request was recorded.')), pick() {} };
  const pane = h('div', { id: 'waterfall', class: 'waterfall', 'aria-live': 'polite' });
  const table = h('div', { class: 'picks', role: 'listbox', 'aria-label': 'Requests', tabindex: '0' });
  const ways = /** @type {[string, any[]][]} */ ([
    ['in', list.filter(({ client }) => client === 0)],
    ['out', list.filter(({ client }) => client === 1)],
  ]);
  let [, shown] = ways.find(([, some]) => some.length > 0) ?? ways[0];
  let order = 'slow';
  let chosen = null;
  let update = () => {};
  filter.onChange(() => update());
  const pick = (request) => {
    chosen = request;
    const made = waterfall(data, colour, request, open, filter, show);
    update = made.update;
    pane.replaceChildren(...made.nodes);
    for (const option of table.children) option.setAttribute('aria-selected', String(option.request === request));
    const option = [...table.children].find((child) => child.request === request);
    if (option !== undefined) table.setAttribute('aria-activedescendant', option.id);
  };
  const fill = () => {
    const sorted = [...shown].sort(ORDERS[order]).slice(0, SHOWN);
    const longest = Math.max(...shown.map(({ length }) => length), 1);
    table.replaceChildren(...sorted.map((request, index) => option(data, colour, request, index, longest, pick)));
    pick(sorted.includes(chosen) ? chosen : sorted[0]);
  };
  table.addEventListener('keydown', (event) => steer(event, table, pick));
  const orders = choice(
    'Order of the requests',
    [
      ['slow', 'Slowest'],
      ['early', 'Earliest'],
      ['many', 'Most operations'],
    ],
    order,
    (value) => {
      order = value;
      chosen = null;
      fill();
    },
  );
  const both = ways.every(([, some]) => some.length > 0);
  const direction = both
    ? choice(
        'Which requests',
        [
          ['in', 'Received'],
          ['out', 'Made'],
        ],
        'in',
        (value) => {
          [, shown] = ways.find(([way]) => way === value) ?? ways[0];
          fill();
        },
      )
    : null;
  fill();
  return {
    element: section(
      'requests',
      'Requests',
      hint,
      h('div', { class: 'toolbar' }, direction, orders),
      h('div', { class: 'split' }, table, pane),
    ),
    /** Picks the request of a thread that has a number, if the page keeps it. */
    pick(thread, number) {
      const request = list.find((one) => one.thread === thread && one.number === number);
      if (request === undefined) return;
      if (!shown.includes(request)) direction?.querySelector('button')?.click();
      pick(request);
      table.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    },
  };
}

function option(data, colour, request, index, longest, pick) {
  const element = h(
    'div',
    { role: 'option', id: `request-${index}`, class: 'pick', 'aria-selected': 'false', onclick: () => pick(request) },
    h(
      'span',
      { class: 'what' },
      h('b', { style: { background: colour(request.type) } }),
      request.what === null ? `at ${moment(request.start, data.totals.duration / 5000)}` : nameOf(data, request),
    ),
    h('span', { class: 'number' }, duration(request.length)),
    h('i', { class: 'share', style: { width: `${(request.length / longest) * 100}%` } }),
  );
  element.request = request;
  return element;
}

function steer(event, table, pick) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const options = [...table.children];
  const at = options.indexOf(byId(table.getAttribute('aria-activedescendant')));
  const next = options[Math.max(0, Math.min(options.length - 1, at + step))];
  next.scrollIntoView({ block: 'nearest' });
  pick(next.request);
}

module.exports = { requests };
