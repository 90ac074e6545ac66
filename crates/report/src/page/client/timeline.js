'use strict';
/* global window */

/** Threads and their callbacks over time: zoomed, moved and walked through with mouse, touch or keys. */

const { h, byId, section, onWidth } = require('./dom');
const { count, duration, moment, many } = require('./format');
const { onTheme } = require('./theme');
const { layout, hit, lowerBound } = require('./lanes');
const { OTHER } = require('./colours');
const { Viewport } = require('./viewport');
const draw = require('./draw');
const tip = require('./tip');
const { legend } = require('./filter');

const OVERVIEW = 40;
/** Pixels that a pointer may move between press and release and still click. */
const STILL = 4;
/** So many types have a colour in the legend. */
const TYPES = 10;

/**
 * @param {any} data
 * @param {(thread: any, id: number) => void} open shows the details of a resource
 * @param {any} filter
 */
function timeline(data, colour, open, filter) {
  const view = new Viewport(data.totals.duration);
  const { lanes, height } = layout(data.threads);
  const canvas = h('canvas', {
    id: 'lanes',
    tabindex: '0',
    role: 'application',
    'aria-label':
      'Timeline of callbacks. Arrow keys move, plus and minus zoom, 0 shows everything, N and P go through the callbacks, Enter opens one.',
  });
  const strip = h('canvas', { id: 'overview', 'aria-hidden': 'true' });
  const status = h('output', { class: 'hint', id: 'range' });
  const said = h('output', { id: 'said', 'aria-live': 'polite' });
  const state = { view, lanes, height, canvas, chosen: null, index: -1, width: 0, filter, part: null };
  const paint = painter(() => {
    draw.timeline(canvas, { ...state, marks: data.marks, colour, words: data.words });
    draw.overview(strip, { threads: data.threads, view, width: state.width, height: OVERVIEW });
    status.textContent = `${duration(view.span)} from ${moment(view.from, view.span / 100)}`;
  });
  const tools = { data, open, paint, state, said };
  view.onChange(paint);
  onTheme(paint);
  const colours = legendOf(data, colour, filter);
  filter.onChange(() => {
    colours.update();
    paint();
  });
  pointing(tools);
  keys(tools);
  brushing(strip, tools);
  const plot = h('div', { class: 'plot' }, strip, canvas);
  const box = h('div', { class: 'timeline' }, names(lanes, height), plot);
  onWidth(plot, (width) => {
    state.width = width;
    paint();
  });
  const total = data.threads.reduce((sum, { callsTotal }) => sum + callsTotal, 0);
  const kept = data.threads.reduce((sum, { calls }) => sum + calls.count, 0);
  return {
    element: section(
      'timeline',
      'Timeline',
      explain(total, kept),
      toolbar(view, status, said),
      colours.element,
      box,
      h(
        'p',
        { class: 'hint' },
        'Drag to move, Ctrl and wheel or + and − to zoom, Shift and drag to zoom into a part, N and P for the next and the previous callback, click or Enter for details.',
      ),
    ),
    /** Shows a time; `part` is a thread and a time of it to be marked. */
    show: (from, to, chosen, /** @type {any} */ part = null) => {
      state.chosen = chosen;
      state.part = part;
      state.index = -1;
      view.show(from, to);
      byId('timeline').scrollIntoView();
      const lane = lanes.find(({ thread }) => thread === (part ?? chosen)?.thread);
      if (lane !== undefined) box.scrollTop = Math.max(0, lane.top - OVERVIEW);
    },
    view,
  };
}

function explain(total, kept) {
  if (total === 0) return 'No callback ran. The thin strip is darker the busier the event loop was.';
  const which =
    kept === total
      ? `All ${count(total)} callbacks are drawn.`
      : `The ${count(kept)} longest of ${count(total)} callbacks are drawn one by one; the height above them counts all.`;
  return `${which} The thin strip is darker the busier the event loop was.`;
}

/** Draws at most once a frame. */
function painter(paint) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(() => {
      waiting = false;
      paint();
    });
  };
}

function toolbar(view, ...outputs) {
  const button = (label, text, onclick) => h('button', { type: 'button', 'aria-label': label, title: label, onclick }, text);
  return h(
    'div',
    { class: 'toolbar' },
    button('Zoom in', '+', () => view.zoom(0.5)),
    button('Zoom out', '−', () => view.zoom(2)),
    button('Earlier', '←', () => view.pan(-0.5)),
    button('Later', '→', () => view.pan(0.5)),
    button('Show everything', 'All', () => view.all()),
    outputs,
  );
}

function names(lanes, height) {
  return h(
    'div',
    { class: 'names', style: { height: `${height + OVERVIEW + 6}px` } },
    lanes.map(({ thread, top }) =>
      h(
        'div',
        {
          class: 'name',
          title: `${thread.name}, ${many(thread.callsTotal, 'callback')}${thread.reason ? `, ended: ${thread.reason}` : ''}`,
          style: { top: `${top + OVERVIEW + 6}px` },
        },
        h('strong', null, thread.name),
        h('span', { class: 'hint' }, many(thread.callsTotal, 'callback')),
      ),
    ),
  );
}

/** The colours of the types that ran most; the others are one. */
function legendOf(data, colour, filter) {
  const ran = [...data.stats].filter(({ callbacks }) => callbacks > 0).sort((a, b) => b.run[4] - a.run[4]);
  if (ran.length === 0) return { element: null, update() {} };
  const [most, rest] = ran.length > TYPES + 1 ? [ran.slice(0, TYPES), ran.slice(TYPES)] : [ran, []];
  const items = most.map(({ type }) => ({ what: [type], text: data.words[type], mark: h('b', { style: { background: colour(type) } }) }));
  if (rest.length > 0)
    items.push({
      what: rest.map(({ type }) => type),
      text: many(rest.length, 'other type'),
      mark: h('b', { style: { background: OTHER } }),
    });
  const total = ran.reduce((sum, { callbacks }) => sum + callbacks, 0);
  const hidden = () => ran.filter(({ type }) => !filter.shows(type)).reduce((sum, { callbacks }) => sum + callbacks, 0);
  return legend(filter, 'Types of callbacks', items, () => `${count(hidden())} of ${many(total, 'callback')} hidden`);
}

/** The callback under a pointer. */
function under({ state }, x, y) {
  const lane = state.lanes.findLast(({ top }) => top <= y);
  if (lane === undefined) return null;
  const pixel = state.view.span / state.width;
  const index = hit(lane, state.view.from + x * pixel, y, 3 * pixel, state.filter);
  return index < 0 ? null : { thread: lane.thread, index };
}

function describe(data, { thread, index }) {
  const { type, id, start, length } = thread.calls;
  return `${data.words[type[index]]} ${id[index]} ran ${duration(length[index])} at ${moment(start[index], length[index] / 10 + 1)}`;
}

function choose(tools, found) {
  tools.state.chosen = { thread: found.thread, id: found.thread.calls.id[found.index] };
  tools.state.index = found.index;
  tools.paint();
  tools.open(found.thread, found.thread.calls.id[found.index]);
}

function pointing(tools) {
  const { canvas, view } = tools.state;
  let press = null;
  canvas.addEventListener('pointerdown', (event) => {
    press = { x: event.offsetX, last: event.offsetX, part: event.shiftKey };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (press === null) return hover(tools, event);
    if (!press.part) view.pan((press.last - event.offsetX) / tools.state.width);
    press.last = event.offsetX;
    return tip.hide();
  });
  canvas.addEventListener('pointerup', (event) => {
    const began = press;
    press = null;
    if (began === null) return;
    if (Math.abs(event.offsetX - began.x) > STILL) return void (began.part && zoomTo(tools, began.x, event.offsetX));
    const found = under(tools, event.offsetX, event.offsetY);
    tip.hide();
    if (found !== null) choose(tools, found);
  });
  canvas.addEventListener('pointercancel', () => (press = null));
  canvas.addEventListener('pointerleave', () => tip.hide());
  canvas.addEventListener('dblclick', (event) => view.zoom(0.25, event.offsetX / tools.state.width));
  canvas.addEventListener('wheel', (event) => wheel(tools, event), { passive: false });
}

function zoomTo({ state: { view, width } }, one, other) {
  const time = (x) => view.from + (x / width) * view.span;
  view.show(time(Math.min(one, other)), time(Math.max(one, other)));
}

function wheel({ state: { view, width } }, event) {
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!event.ctrlKey && !event.metaKey && !sideways) return;
  event.preventDefault();
  if (sideways) view.pan(event.deltaX / width);
  else view.zoom(Math.exp(event.deltaY / 300), event.offsetX / width);
}

function hover(tools, event) {
  const found = under(tools, event.offsetX, event.offsetY);
  tools.state.canvas.style.cursor = found === null ? 'grab' : 'pointer';
  if (found === null) tip.hide();
  else tip.show(event.clientX, event.clientY, describe(tools.data, found));
}

function keys(tools) {
  const { canvas, view } = tools.state;
  const actions = {
    ArrowLeft: () => view.pan(-0.2),
    ArrowRight: () => view.pan(0.2),
    '+': () => view.zoom(0.5, middle(tools)),
    '=': () => view.zoom(0.5, middle(tools)),
    '-': () => view.zoom(2, middle(tools)),
    0: () => view.all(),
    n: () => walk(tools, 1),
    p: () => walk(tools, -1),
    Enter: () => tools.state.chosen !== null && tools.open(tools.state.chosen.thread, tools.state.chosen.id),
  };
  canvas.addEventListener('keydown', (event) => {
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

/** Where keys zoom into: the callback that was walked to, if it is in view. */
function middle({ state: { view, chosen, index } }) {
  const at = chosen === null || index < 0 ? NaN : (chosen.thread.calls.start[index] - view.from) / view.span;
  return at >= 0 && at <= 1 ? at : 0.5;
}

/** Goes to the next callback of the chosen one's thread, or to the first in view of the first thread that has any. */
function walk({ data, paint, state, said }, by) {
  const thread = state.chosen?.thread ?? data.threads.find(({ calls }) => calls.count > 0);
  if (thread === undefined) return;
  const { start, length, id, type, count: all } = thread.calls;
  const from = state.index < 0 ? lowerBound(start, state.view.from) - (by > 0 ? 1 : 0) : state.index;
  let index = Math.max(0, Math.min(all - 1, from + by));
  while (index >= 0 && index < all && !state.filter.shows(type[index])) index += by;
  if (index < 0 || index >= all) return;
  state.index = index;
  state.chosen = { thread, id: id[state.index] };
  const { view } = state;
  if (start[state.index] < view.from || start[state.index] + length[state.index] > view.to) {
    view.show(start[state.index] - view.span / 2, start[state.index] + view.span / 2);
  }
  said.textContent = describe(data, { thread, index: state.index });
  paint();
}

/** Dragging in the strip above moves what is shown. */
function brushing(strip, { state }) {
  const move = (event) => {
    const { view, width } = state;
    const middle = (event.offsetX / width) * view.end;
    view.show(middle - view.span / 2, middle + view.span / 2);
  };
  strip.addEventListener('pointerdown', (event) => {
    strip.setPointerCapture(event.pointerId);
    move(event);
  });
  strip.addEventListener('pointermove', (event) => event.buttons === 1 && move(event));
}

module.exports = { timeline };
