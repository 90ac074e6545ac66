'use strict';

/** What the reader has hidden: types of resources, by number, and states of requests, by name. All that draws asks for it. */

const { h } = require('./dom');

class Filter {
  constructor() {
    /** @type {Set<number | string>} */
    this.hidden = new Set();
    /** @type {(() => void)[]} */
    this.listeners = [];
  }

  /** @param {number | string} what */
  shows(what) {
    return !this.hidden.has(what);
  }

  /** @param {(number | string)[]} all @param {boolean} shown */
  set(all, shown) {
    for (const what of all) {
      if (shown) this.hidden.delete(what);
      else this.hidden.add(what);
    }
    for (const listener of this.listeners) listener();
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.listeners.push(listener);
  }
}

/**
 * Buttons of which each shows or hides something. What they say of it is up to date after `update()`.
 * @param {Filter} filter
 * @param {string} label
 * @param {{ what: (number | string)[], text: string, mark: any }[]} items
 * @param {() => string} said how much of it is hidden, if any
 */
function legend(filter, label, items, said) {
  const buttons = items.map(({ what, text, mark }) =>
    h(
      'button',
      { type: 'button', title: `Show or hide: ${text}`, onclick: () => filter.set(what, !what.every((one) => filter.shows(one))) },
      mark,
      h('span', null, text),
    ),
  );
  const status = h('output', { 'aria-live': 'polite' });
  const all = h('button', { type: 'button', class: 'reset', onclick: () => reset() }, 'Show all');
  const reset = () => {
    buttons[0].focus();
    filter.set(
      items.flatMap(({ what }) => what),
      true,
    );
  };
  const update = () => {
    items.forEach(({ what }, at) => buttons[at].setAttribute('aria-pressed', String(what.every((one) => filter.shows(one)))));
    const isWhole = items.every(({ what }) => what.every((one) => filter.shows(one)));
    status.textContent = isWhole ? '' : said();
    all.hidden = isWhole;
  };
  update();
  return { element: h('div', { class: 'legend filter', role: 'group', 'aria-label': label }, buttons, status, all), update };
}

module.exports = { Filter, legend };
