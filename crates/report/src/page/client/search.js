'use strict';

/** Search among the resources that the page keeps, by type, place, request and id. */

const { choice, h, named, section } = require('./dom');
const { count, duration, many, moment, shortId } = require('./format');

const SHOWN = 100;
const ORDERS = {
  created: (resources) => (a, b) => resources.created[a] - resources.created[b],
  run: (resources) => (a, b) => resources.run[b] - resources.run[a],
  wait: (resources) => (a, b) => resources.wait[b] - resources.wait[a],
};

/** Every word must fit: a number is an id, `alive` those that were not destroyed, anything else is part of a type's name, of the place, or of what its request asks for. */
function find(data, text, order, asked) {
  const { resources, types, places } = data;
  const words = text
    .toLowerCase()
    .split(/[\s#]+/)
    .filter((word) => word !== '');
  const names = types.map((name, at) => `${name} ${data.words[at]}`.toLowerCase());
  const tests = words.map((word) => {
    if (/^\d+$/.test(word)) return (row) => resources.id[row] === Number(word) || shortId(resources.id[row]) === word;
    if (word === 'alive') return (row) => resources.destroyed[row] < 0;
    const fits = names.map((name) => name.includes(word));
    const here = places.map((place) => place.toLowerCase().includes(word));
    return (row) => fits[resources.type[row]] || here[resources.place[row] - 1] === true || asked.get(row)?.includes(word) === true;
  });
  const rows = [];
  for (let row = 0; row < resources.count; row++) if (tests.every((test) => test(row))) rows.push(row);
  return rows.sort(ORDERS[order](resources));
}

/** What the requests ask for that the page keeps, by the rows of their resources. */
function askedFor({ requests }) {
  const asked = new Map();
  for (const { what, spans } of requests.list) {
    if (what !== null) for (const row of spans) asked.set(row, `${asked.get(row) ?? ''} ${what.toLowerCase()}`);
  }
  return asked;
}

function result(data, colour, row, open) {
  const { resources, threads, places } = data;
  const thread = threads[resources.thread[row]];
  return h(
    'tr',
    null,
    h(
      'th',
      { scope: 'row' },
      h('b', { style: { background: colour(resources.type[row]) } }),
      h(
        'button',
        { type: 'button', class: 'link', onclick: () => open(resources.thread[row], resources.id[row]) },
        named(data, resources.type[row], shortId(resources.id[row])),
      ),
      resources.place[row] > 0 ? h('small', null, ` ${places[resources.place[row] - 1]}`) : null,
    ),
    h('td', null, thread?.name ?? ''),
    h('td', null, moment(resources.created[row], 1e6)),
    h('td', null, resources.wait[row] < 0 ? '–' : duration(resources.wait[row])),
    h('td', null, duration(resources.run[row])),
    h('td', null, resources.destroyed[row] < 0 ? 'alive' : duration(resources.destroyed[row])),
  );
}

function search(data, colour, open) {
  const { resources, totals } = data;
  const input = h('input', {
    type: 'search',
    id: 'query',
    placeholder: 'Type, place, route or id: timeout db.js:22',
    'aria-label': 'Search by type, place, route and id',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => update(),
  });
  const found = h('output', { class: 'hint', id: 'found', 'aria-live': 'polite' });
  const body = h('tbody');
  const asked = askedFor(data);
  let order = 'created';
  const update = () => {
    const rows = find(data, input.value, order, asked);
    const gone =
      resources.count < totals.resources ? ` among the ${count(resources.count)} that this page keeps of ${count(totals.resources)}` : '';
    found.textContent = `${many(rows.length, 'resource')}${gone}${rows.length > SHOWN ? `; the first ${SHOWN} are shown` : ''}`;
    body.replaceChildren(...rows.slice(0, SHOWN).map((row) => result(data, colour, row, open)));
  };
  const orders = choice(
    'Order of the results',
    [
      ['created', 'First created'],
      ['run', 'Longest run'],
      ['wait', 'Longest wait'],
    ],
    order,
    (value) => {
      order = value;
      update();
    },
  );
  update();
  return {
    element: section(
      'search',
      'Search',
      null,
      h('div', { class: 'toolbar' }, input, orders, found),
      h(
        'div',
        { class: 'scroll results', tabindex: '0', role: 'region', 'aria-label': 'Results' },
        h(
          'table',
          null,
          h(
            'thead',
            null,
            h(
              'tr',
              null,
              ['Resource', 'Thread', 'Created', 'Wait', 'Run', 'Lifetime'].map((label) => h('th', { scope: 'col' }, label)),
            ),
          ),
          body,
        ),
      ),
    ),
    /** Searches for a text and goes there. */
    for(text) {
      input.value = text;
      update();
      input.focus();
      input.scrollIntoView({ block: 'center' });
    },
  };
}

module.exports = { search };
