'use strict';

/** What triggered what, summed up: a node for each way from a root, by types. */

const { byId, choice, h, named, section } = require('./dom');
const { compact, count, duration } = require('./format');

const MEASURES = {
  run: { text: 'Time in callbacks', show: duration },
  count: { text: 'Resources', show: compact },
  alive: { text: 'Alive at the end', show: compact },
};

/** Nodes with their children and sums over everything below, from the columns; a parent stands before its children. */
function build({ causes }) {
  const nodes = causes.type.map((type, index) => ({
    type,
    count: causes.count[index],
    run: causes.run[index],
    alive: causes.alive[index],
    wait: causes.wait[index],
    again: causes.again[index] === 1,
    children: [],
    sum: { count: causes.count[index], run: causes.run[index], alive: causes.alive[index] },
  }));
  const roots = [];
  nodes.forEach((node, index) => {
    const parent = nodes[causes.parent[index]];
    if (parent === undefined) roots.push(node);
    else parent.children.push(node);
  });
  for (let index = nodes.length - 1; index >= 0; index--) {
    const parent = nodes[causes.parent[index]];
    if (parent === undefined) continue;
    for (const key of Object.keys(MEASURES)) parent.sum[key] += nodes[index].sum[key];
  }
  return roots;
}

class Tree {
  constructor(data, colour) {
    this.data = data;
    this.colour = colour;
    this.roots = build(data);
    this.measure = 'run';
    this.open = new Set();
    this.element = h('div', {
      class: 'tree',
      role: 'tree',
      'aria-label': 'Resources by what triggered them',
      tabindex: '0',
      onkeydown: (event) => this.key(event),
    });
    this.current = null;
    /** @type {any[]} */
    this.rows = [];
    this.unfold();
    this.render();
  }

  /** Opens the way that weighs most. */
  unfold() {
    const open = (nodes, depth) => {
      for (const node of this.sorted(nodes).slice(0, 2)) {
        if (node.children.length === 0 || depth > 3) continue;
        this.open.add(node);
        open(node.children, depth + 1);
      }
    };
    open(this.roots, 0);
  }

  sorted(nodes) {
    return [...nodes].sort((a, b) => b.sum[this.measure] - a.sum[this.measure] || b.sum.count - a.sum.count);
  }

  render() {
    this.rows = [];
    const whole = Math.max(
      this.roots.reduce((sum, node) => sum + node.sum[this.measure], 0),
      1e-9,
    );
    const add = (nodes, level, parent) =>
      this.sorted(nodes).forEach((node, index) => {
        this.rows.push({ node, level, parent, place: index + 1, of: nodes.length });
        if (this.open.has(node)) add(node.children, level + 1, node);
      });
    add(this.roots, 1, null);
    if (!this.rows.some(({ node }) => node === this.current)) this.current = this.rows[0]?.node ?? null;
    this.element.replaceChildren(...this.rows.map((row, index) => this.row(row, index, whole)));
    this.mark();
  }

  row({ node, level, place, of }, index, whole) {
    const folds = node.children.length > 0;
    const { show } = MEASURES[this.measure];
    return h(
      'div',
      {
        role: 'treeitem',
        id: `cause-${index}`,
        class: 'cause',
        'aria-level': level,
        'aria-posinset': place,
        'aria-setsize': of,
        'aria-expanded': folds ? String(this.open.has(node)) : null,
        onclick: () => this.toggle(node),
      },
      h(
        'span',
        { class: 'what', style: { 'padding-left': `${(level - 1) * 18}px` } },
        h('span', { class: 'fold', 'aria-hidden': 'true' }, folds ? (this.open.has(node) ? '▾' : '▸') : ''),
        h('b', { style: { background: this.colour(node.type) } }),
        named(this.data, node.type),
        node.again
          ? h('small', { title: 'Resources of this kind also trigger their own like here; all are counted in this row' }, ' ↻')
          : null,
      ),
      h(
        'span',
        { class: 'share' },
        h('i', { style: { width: `${(node.sum[this.measure] / whole) * 100}%`, background: this.colour(node.type) } }),
      ),
      h('span', { class: 'number', title: `itself ${show(node[this.measure])}` }, show(node.sum[this.measure])),
      h('span', { class: 'number' }, compact(node.count)),
      h('span', { class: 'number' }, node.wait > 0 ? duration(node.wait) : '–'),
    );
  }

  toggle(node) {
    this.current = node;
    if (node.children.length > 0 && !this.open.delete(node)) this.open.add(node);
    this.render();
  }

  mark() {
    this.rows.forEach(({ node }, index) => this.element.children[index].toggleAttribute('data-current', node === this.current));
    const at = this.rows.findIndex(({ node }) => node === this.current);
    this.element.setAttribute('aria-activedescendant', `cause-${at}`);
  }

  go(node) {
    if (node === undefined || node === null) return;
    this.current = node;
    this.mark();
    byId(this.element.getAttribute('aria-activedescendant'))?.scrollIntoView({ block: 'nearest' });
  }

  key(event) {
    const at = this.rows.findIndex(({ node }) => node === this.current);
    const { node, parent } = this.rows[at] ?? {};
    if (node === undefined) return;
    const actions = {
      ArrowDown: () => this.go(this.rows[at + 1]?.node),
      ArrowUp: () => this.go(this.rows[at - 1]?.node),
      ArrowRight: () => (this.open.has(node) || node.children.length === 0 ? this.go(this.sorted(node.children)[0]) : this.toggle(node)),
      ArrowLeft: () => (this.open.has(node) ? this.toggle(node) : this.go(parent)),
      Home: () => this.go(this.rows[0].node),
      End: () => this.go(this.rows.at(-1)?.node),
      Enter: () => this.toggle(node),
      ' ': () => this.toggle(node),
    };
    if (actions[event.key] === undefined) return;
    event.preventDefault();
    actions[event.key]();
  }
}

function causes(data, colour) {
  if (data.causes.type.length === 0)
    return section('causes', 'Causes', null, h('p', { class: 'empty' }, 'Nothing was recorded that could have a cause.'));
  const tree = new Tree(data, colour);
  const head = h(
    'div',
    { class: 'cause head', 'aria-hidden': 'true' },
    h('span', { class: 'what' }, 'Type'),
    h('span', { class: 'share' }),
    h('span', { class: 'number' }, 'With all below'),
    h('span', { class: 'number' }, 'Resources'),
    h('span', { class: 'number' }, 'Mean wait'),
  );
  const measures = choice(
    'What the bars show',
    Object.entries(MEASURES).map(([key, { text }]) => [key, text]),
    tree.measure,
    (key) => {
      tree.measure = key;
      tree.render();
    },
  );
  return section(
    'causes',
    'Causes',
    `What triggered what, by type: ${count(data.causes.type.length)} ways from a root. A row stands for all resources that came about in the same way.`,
    h('div', { class: 'toolbar' }, measures),
    head,
    tree.element,
  );
}

module.exports = { causes };
