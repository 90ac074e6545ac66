'use strict';
/* global document, Element */

/** Puts the page together. */

const theme = require('./theme');
const { load } = require('./data');
const { colours } = require('./colours');
const { h, byId } = require('./dom');
const { header } = require('./header');
const { findings } = require('./findings');
const { timeline } = require('./timeline');
const { requests } = require('./requests');
const { routes } = require('./routes');
const { causes } = require('./causes');
const { charts } = require('./charts');
const { types } = require('./types');
const { search } = require('./search');
const { Details } = require('./details');
const { Filter } = require('./filter');
const { flame } = require('./flame');

const SECTIONS = [
  ['findings', 'Findings'],
  ['routes', 'Routes'],
  ['timeline', 'Timeline'],
  ['requests', 'Requests'],
  ['running', 'Running time'],
  ['causes', 'Causes'],
  ['charts', 'Charts'],
  ['types', 'Types'],
  ['search', 'Search'],
];

function start() {
  theme.start();
  const data = load();
  const colour = colours(data);
  document.title = `${data.header.title} – recording`;
  byId('top').append(...header(data).filter(Boolean));
  byId('nav').append(
    h(
      'ul',
      null,
      SECTIONS.filter(([id]) => id !== 'routes' || data.routes.length > 0).map(([id, text]) =>
        h('li', null, h('a', { href: `#${id}` }, text)),
      ),
    ),
  );
  const open = (thread, id) => details.open(typeof thread === 'number' ? thread : data.threads.indexOf(thread), id);
  const filter = new Filter();
  const time = timeline(data, colour, open, filter);
  const details = new Details(data, colour, time.show);
  const found = search(data, colour, open);
  const running = flame(data, time.view);
  const around = (from, to, chosen, part) => time.show(from - (to - from) * 0.1, to + (to - from) * 0.1, chosen, part);
  const asked = requests(data, colour, open, filter, {
    timeline: ({ start, length, thread }) =>
      around(start, start + length, null, { thread: data.threads[thread], from: start, to: start + length }),
    running: ({ start, length, thread }) => {
      time.view.show(start, start + length);
      running.show(thread);
      byId('running').scrollIntoView();
    },
  });
  const lead = ({ thread, from, to, resource, request }) => {
    const on = data.threads[thread];
    if (request !== null) asked.pick(thread, request);
    if (resource !== null) open(thread, resource);
    // What has no length is looked at with what is around it.
    const some = to > from ? 0 : data.totals.duration / 200;
    around(from - some, to + some, resource === null ? null : { thread: on, id: resource }, { thread: on, from, to });
  };
  byId('content').append(
    findings(data, lead),
    routes(data, filter) ?? '',
    time.element,
    asked.element,
    running.element,
    causes(data, colour),
    charts(data, colour),
    types(data, colour, found.for),
    found.element,
  );
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || (event.target instanceof Element && event.target.matches('input'))) return;
    event.preventDefault();
    found.for('');
  });
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

start();
