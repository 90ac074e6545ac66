'use strict';

/** Where threads ran: a box for each place, as wide as its time, above those that it called. */

const { h, section, choice } = require('./dom');
const { duration, many, moment, percent } = require('./format');

/** Boxes that are narrower than this share of the whole are left out, and said to be. */
const NARROWEST = 0.002;
const ROW = 22;
const KINDS = ['own', 'package', 'node'];
const NAMES = { own: 'the program', package: 'packages', node: 'Node', unseen: 'callbacks without a sample, by what created them' };

/** @typedef {{ key: string, text: string, kind: string, took: number, count: number, children: Map<string, Node> }} Node */

/** @returns {Node} */
const made = (key, text, kind) => ({ key, text, kind, took: 0, count: 0, children: new Map() });

/** The boxes of one path, the outermost first. */
function boxesOf({ flame, words }, path) {
  if (path.length === 0) return [{ key: 'other', text: 'what is not told apart', kind: 'unseen' }];
  const [type, ...frames] = path;
  if (type < 0 && frames.length === 0) return [{ key: 'other', text: 'what is not told apart', kind: 'unseen' }];
  // A function that calls itself is one box, however deep.
  if (type < 0)
    return frames
      .filter((at, index) => at !== frames[index - 1])
      .map((at) => ({ key: `f${at}`, text: flame.frames[at], kind: KINDS[flame.kinds[at]] }));
  const place = frames.length > 0 ? ` · ${flame.frames[frames[0]]}` : '';
  return [{ key: `c${type} ${frames[0]}`, text: `${words[type]}${place}`, kind: 'unseen' }];
}

/** The tree of what ran from one time to another, and what it stands on. */
function build(data, { from, to, thread }) {
  const { flame } = data;
  const whole = made('', 'everything', 'all');
  const sums = { samples: 0, unseen: 0, took: 0 };
  const paths = flame.paths.map((path) => boxesOf(data, path));
  for (let at = 0; at < flame.took.length; at++) {
    if (thread >= 0 && flame.thread[at] !== thread) continue;
    const begin = flame.step[at] * flame.width;
    if (begin >= to || begin + flame.width <= from) continue;
    const [path, took, times] = [flame.path[at], flame.took[at], flame.count[at]];
    if (flame.paths[path][0] === -1) sums.samples += times;
    else {
      sums.unseen += times;
      sums.took += took;
    }
    let node = whole;
    for (const box of [null, ...paths[path]]) {
      if (box !== null) {
        if (!node.children.has(box.key)) node.children.set(box.key, made(box.key, box.text, box.kind));
        node = /** @type {Node} */ (node.children.get(box.key));
      }
      node.took += took;
      node.count += times;
    }
  }
  return { whole, sums };
}

/** What the numbers stand on. */
function basis({ flame }, { samples, unseen, took }) {
  const seen = samples > 0 ? `${many(samples, 'sample')}, ${duration(flame.sample)} of running time each` : 'No sample was taken';
  const rest =
    unseen > 0
      ? `${many(unseen, 'callback')} without a sample, ${duration(took)} in all, at ${unseen === 1 ? 'its' : 'their'} place of creation`
      : '';
  return [seen, rest].filter((text) => text !== '').join('; ');
}

class Flame {
  constructor(data, view) {
    this.data = data;
    this.view = view;
    this.isPart = false;
    this.thread = -1;
    /** The keys of the boxes on the way to the one that is the whole width. @type {string[]} */
    this.way = [];
    this.boxes = h('div', { class: 'flame', role: 'tree', 'aria-label': 'Running time by place', onkeydown: (event) => this.key(event) });
    this.basis = h('p', { class: 'hint basis', 'aria-live': 'polite' });
    this.back = h('button', { type: 'button', onclick: () => this.zoom([]) }, 'Show all places');
    this.waiting = false;
    view.onChange(() => this.isPart && this.later());
  }

  /** Not for each step of a drag. */
  later() {
    if (this.waiting) return;
    this.waiting = true;
    setTimeout(() => {
      this.waiting = false;
      this.draw();
    }, 60);
  }

  zoom(way) {
    this.way = way;
    this.draw();
    /** @type {HTMLElement | null} */ (this.boxes.querySelector('[tabindex="0"]'))?.focus({ preventScroll: true });
  }

  draw() {
    const [from, to] = this.isPart ? [this.view.from, this.view.to] : [0, Infinity];
    const { whole, sums } = build(this.data, { from, to, thread: this.thread });
    let top = whole;
    const above = [];
    for (const key of this.way) {
      const next = top.children.get(key);
      if (next === undefined) break;
      above.push(next);
      top = next;
    }
    this.way = above.map(({ key }) => key);
    /** @type {any[]} */
    const drawn = [];
    let least = 0;
    above.slice(0, -1).forEach((node, depth) => drawn.push(this.box(node, above.slice(0, depth + 1), 0, 1, depth, whole)));
    const add = (node, way, left, width, depth) => {
      if (depth >= 0) drawn.push(this.box(node, way, left, width, depth, whole));
      let at = left;
      const children = [...node.children.values()].sort((a, b) => b.took - a.took || (a.key < b.key ? -1 : 1));
      for (const child of children) {
        const wide = child.took / Math.max(1, top.took);
        if (wide < NARROWEST) least++;
        else add(child, [...way, child], at, wide, depth + 1);
        at += wide;
      }
    };
    add(top, above, 0, 1, above.length - 1);
    const deepest = Math.max(0, ...drawn.map(({ depth }) => depth + 1));
    drawn.forEach(({ element }, at) => element.setAttribute('tabindex', at === Math.max(0, above.length - 1) ? '0' : '-1'));
    this.drawn = drawn;
    this.boxes.style.height = `${deepest * ROW}px`;
    this.boxes.replaceChildren(...drawn.map(({ element }) => element));
    this.back.hidden = above.length === 0;
    const steps =
      this.isPart && this.data.flame.width > this.view.span / 20 ? `; told apart in steps of ${duration(this.data.flame.width, 2)}` : '';
    const range = this.isPart ? `From ${moment(this.view.from, this.view.span / 100)}, ${duration(this.view.span)}: ` : '';
    this.basis.textContent =
      whole.took === 0
        ? `${range}${range === '' ? 'N' : 'n'}othing ran that was recorded.`
        : `${range}${basis(this.data, sums)}${steps}${least > 0 ? `; ${many(least, 'box', 'boxes')} too narrow to draw` : ''}.`;
  }

  box(node, way, left, width, depth, whole) {
    const what = node.kind === 'unseen' ? 'callback' : 'sample';
    const tells = `${node.text}: ${duration(node.took)}, ${percent(node.took / Math.max(1, whole.took))}, ${many(node.count, what)}`;
    const element = h(
      'button',
      {
        type: 'button',
        role: 'treeitem',
        class: `box ${node.kind}`,
        title: tells,
        'aria-label': tells,
        'aria-level': depth + 1,
        style: { left: `${left * 100}%`, width: `${width * 100}%`, top: `${depth * ROW}px` },
        onclick: () => this.zoom(way.map(({ key }) => key)),
      },
      h('span', null, `${node.text} ${percent(node.took / Math.max(1, whole.took))}`),
    );
    return { element, depth, left, width };
  }

  /** Arrow keys go to the boxes around. */
  key(event) {
    const all = this.drawn ?? [];
    const at = all.find(({ element }) => element === event.target);
    if (at === undefined) return;
    const within = ({ left, width }) => left < at.left + at.width - 1e-9 && at.left < left + width - 1e-9;
    const row = all.filter(({ depth }) => depth === at.depth).sort((a, b) => a.left - b.left);
    const next = {
      ArrowRight: () => row[row.indexOf(at) + 1],
      ArrowLeft: () => row[row.indexOf(at) - 1],
      ArrowDown: () => all.find((box) => box.depth === at.depth + 1 && within(box)),
      ArrowUp: () => all.find((box) => box.depth === at.depth - 1 && within(box)),
    }[event.key]?.();
    if (event.key.startsWith('Arrow')) event.preventDefault();
    if (next === undefined) return;
    at.element.setAttribute('tabindex', '-1');
    next.element.setAttribute('tabindex', '0');
    next.element.focus();
  }
}

/** @param {any} data @param {any} view what the timeline shows */
function flame(data, view) {
  const it = new Flame(data, view);
  const { threads } = data;
  const ran = [...new Set(data.flame.thread)];
  const part = choice(
    'Which time',
    [
      ['all', 'Whole recording'],
      ['part', 'What the timeline shows'],
    ],
    'all',
    (value) => {
      it.isPart = value === 'part';
      it.draw();
    },
  );
  const pick = h(
    'select',
    {
      'aria-label': 'Which thread',
      onchange() {
        it.thread = Number(this.value);
        it.draw();
      },
    },
    h('option', { value: '-1' }, 'All threads'),
    ran.map((at) => h('option', { value: String(at) }, threads[at]?.name ?? '')),
  );
  it.draw();
  const hint =
    'Each box is a place, as wide as the time that ran in it; below it is what it called. Click to look closer, arrow keys go around.';
  return {
    element: section(
      'running',
      'Running time',
      hint,
      data.flame.took.length === 0
        ? h('p', { class: 'empty' }, 'No callback ran, and no sample was taken.')
        : [
            h('div', { class: 'toolbar' }, part, ran.length > 1 ? pick : null, it.back),
            it.basis,
            h('div', { class: 'card' }, it.boxes),
            h(
              'ul',
              { class: 'legend' },
              Object.entries(NAMES).map(([kind, text]) => h('li', null, h('b', { class: `box ${kind}` }), text)),
            ),
          ],
    ),
    /** What ran in a part of the recording, on one thread. */
    show(thread) {
      it.thread = ran.includes(thread) ? thread : -1;
      pick.value = String(it.thread);
      it.way = [];
      part.querySelectorAll('button')[1].click();
      it.draw();
    },
  };
}

module.exports = { flame };
