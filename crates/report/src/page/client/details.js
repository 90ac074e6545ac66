'use strict';
/* global document, window */

/**
 * One resource: its times, what led to it and what it led to. The panel takes room of its own, beside the page or below
 * it, so it covers nothing.
 */

const { byId, h, named } = require('./dom');
const { count, duration, many, moment, shortId } = require('./format');

const CHAIN = 40;
const CHILDREN = 30;

class Details {
  /** @param {any} data @param {(from: number, to: number, chosen: any) => void} show */
  constructor(data, colour, show) {
    this.data = data;
    this.colour = colour;
    this.show = show;
    /** @type {any} */
    this.back = null;
    this.element = byId('details');
    document.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
  }

  /** @param {number} thread its index @param {number} id */
  open(thread, id) {
    const isNew = this.element.hidden;
    if (isNew) this.back = document.activeElement;
    const row = this.data.resources.row(thread, id);
    const title = row < 0 ? `Resource ${shortId(id)}` : `${this.data.words[this.data.resources.type[row]]} ${shortId(id)}`;
    this.element.setAttribute('aria-label', title);
    this.element.replaceChildren(
      h(
        'div',
        { class: 'title' },
        h('h2', { tabindex: '-1' }, row < 0 ? null : this.dot(row), title),
        h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close the details', onclick: () => this.close() }, '✕'),
      ),
      ...(row < 0 ? [h('p', { class: 'hint' }, 'This page keeps no details of this resource; the recording does.')] : this.body(row)),
    );
    const before = this.top();
    this.element.hidden = false;
    this.element.scrollTop = 0;
    if (isNew) this.settle(before);
    this.element.querySelector('h2')?.focus({ preventScroll: true });
  }

  /** Where that stands from which the panel was opened. */
  top() {
    return this.back?.getBoundingClientRect?.().top ?? 0;
  }

  /** The page has another width now: what the reader looked at stays where it was, and the whole waterfall in sight. */
  settle(before) {
    if (this.back === null || this.back === document.body) return;
    const waterfall = this.back.closest?.('#waterfall');
    if (waterfall) return void waterfall.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    window.scrollBy({ top: this.top() - before, behavior: 'instant' });
    this.back.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }

  close() {
    if (this.element.hidden) return;
    const before = this.top();
    this.element.hidden = true;
    this.settle(before);
    this.back?.focus?.({ preventScroll: true });
  }

  body(row) {
    const { resources, threads, stacks, words, places } = this.data;
    const thread = threads[resources.thread[row]];
    const created = resources.created[row];
    const pad = Math.max(2000, (resources.end(row) - created) * 0.15);
    const items = [
      ['What', words[resources.type[row]]],
      ['Place', resources.place[row] > 0 ? places[resources.place[row] - 1] : null],
      ['Thread', thread.name],
      ['Created', moment(created, 1000)],
      ['Waited', resources.wait[row] < 0 ? 'no callback ran' : duration(resources.wait[row])],
      ['Ran', resources.runs[row] === 0 ? '–' : `${duration(resources.run[row])} in ${many(resources.runs[row], 'callback')}`],
      ['Longest', resources.runs[row] > 1 ? duration(resources.longest[row]) : null],
      ['Lived', resources.destroyed[row] < 0 ? 'alive at the end' : duration(resources.destroyed[row])],
    ];
    return [
      h(
        'dl',
        { class: 'facts' },
        items.filter(([, value]) => value !== null).map(([label, value]) => [h('dt', null, label), h('dd', null, value)]),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          onclick: () => this.show(created - pad, resources.end(row) + pad, { thread, id: resources.id[row] }),
        },
        'Show in the timeline',
      ),
      h('h3', null, 'What led to it'),
      this.chain(row),
      ...this.children(row),
      ...(resources.stack[row] > 0 ? [h('h3', null, 'Where it was created'), h('pre', null, stacks[resources.stack[row] - 1])] : []),
    ];
  }

  dot(row) {
    return h('b', { style: { background: this.colour(this.data.resources.type[row]) } });
  }

  link(row, after = '') {
    const { resources } = this.data;
    return h(
      'button',
      { type: 'button', class: 'link', onclick: () => this.open(resources.thread[row], resources.id[row]) },
      this.dot(row),
      named(this.data, resources.type[row], `${shortId(resources.id[row])}${after}`),
    );
  }

  chain(row) {
    const { resources } = this.data;
    const items = [];
    let at = row;
    while (items.length < CHAIN) {
      const [thread, id] = [resources.thread[at], resources.trigger[at]];
      const next = id === resources.id[at] ? -1 : resources.row(thread, id);
      if (next >= 0) items.push(h('li', null, this.link(next, ` · ${duration(resources.created[row] - resources.created[next])} before`)));
      else
        items.push(
          h('li', { class: 'hint' }, id <= 1 ? 'the program itself' : `resource ${shortId(id)}, of which this page keeps no details`),
        );
      if (next < 0) break;
      at = next;
    }
    return h('ol', { class: 'chain' }, items);
  }

  children(row) {
    const { resources } = this.data;
    const children = resources.children(row);
    if (children.length === 0) return [];
    return [
      h('h3', null, `What it led to (${count(children.length)})`),
      h(
        'ul',
        { class: 'chain' },
        children
          .slice(0, CHILDREN)
          .map((child) => h('li', null, this.link(child, ` · ${duration(resources.created[child] - resources.created[row])} later`))),
        children.length > CHILDREN ? h('li', { class: 'hint' }, `and ${count(children.length - CHILDREN)} more`) : null,
      ),
    ];
  }
}

module.exports = { Details };
