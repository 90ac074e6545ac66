'use strict';
/* global window */

/** Draws the timeline's canvases. */

const { ink } = require('./theme');
const { duration, moment } = require('./format');
const { ticks } = require('./viewport');
const { lowerBound, AXIS, LOOP, DENSITY, ROW, DEEPEST } = require('./lanes');

const FONT = '11px system-ui, sans-serif';
/** Of a callback that is shorter than a pixel: a row of them is not to look like one long one. */
const FAINT = 0.5;

/** A canvas's context in CSS pixels, cleared. */
function prepare(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  return context;
}

function axis(context, view, scale, width, height, paint) {
  const { at, step } = ticks(view.from, view.to, width / 110);
  context.fillStyle = paint('grid');
  for (const time of at) context.fillRect(Math.round(scale(time)), AXIS - 6, 1, height);
  context.fillStyle = paint('faint');
  for (const time of at) context.fillText(time === 0 ? '0' : moment(time, step), Math.round(scale(time)) + 4, AXIS / 2 - 2);
}

/** How much of each moment was busy, whatever the zoom: kept for all callbacks, not only for the longest. */
function density(context, lane, view, scale, { colour, filter, paint }) {
  const { at, busy, type, width } = lane.thread.bins;
  context.fillStyle = paint('lane');
  context.fillRect(scale(view.from), lane.density, scale(view.to) - scale(view.from), DENSITY);
  const columns = new Map();
  for (let bin = lowerBound(at, view.from / width - 1); bin < at.length && at[bin] * width < view.to; bin++) {
    const x = Math.floor(scale(at[bin] * width));
    const wide = Math.max(1, Math.floor(scale((at[bin] + 1) * width)) - x);
    const column = columns.get(x);
    if (column === undefined) columns.set(x, { busy: busy[bin], type: type[bin], most: busy[bin], wide });
    else {
      column.busy += busy[bin];
      if (busy[bin] > column.most) [column.most, column.type] = [busy[bin], type[bin]];
    }
  }
  const pixel = 1 / (scale(1) - scale(0));
  const first = (x) => Math.ceil((view.from + x * pixel) / width);
  for (const [x, column] of columns) {
    const share = Math.min(1, column.busy / (1000 * Math.max(1, first(x + 1) - first(x))));
    const high = Math.max(1, share * DENSITY);
    // It is of all types, so a hidden one only loses its colour.
    context.fillStyle = filter.shows(column.type) ? colour(column.type) : paint('line');
    context.fillRect(x, lane.density + DENSITY - high, column.wide, high);
  }
}

function loop(context, lane, view, scale, paint) {
  const { at, busy } = lane.thread.loop;
  context.fillStyle = paint('accent');
  for (let index = Math.max(0, lowerBound(at, view.from)); index < at.length; index++) {
    const from = index === 0 ? lane.thread.start : at[index - 1];
    if (from > view.to) break;
    context.globalAlpha = 0.08 + 0.92 * Math.min(1, busy[index] / 1000);
    context.fillRect(scale(from), lane.loop, Math.max(1, scale(at[index]) - scale(from)), LOOP);
  }
  context.globalAlpha = 1;
}

/** Callbacks as boxes; the ones that would fall on the same pixel as the last are left out. */
function boxes(context, lane, view, scale, { colour, words, chosen, filter, paint, width }) {
  const { calls } = lane.thread;
  const covered = new Float64Array(DEEPEST).fill(-1);
  for (let index = lowerBound(calls.reach, view.from); index < calls.count && calls.start[index] < view.to; index++) {
    if (!filter.shows(calls.type[index])) continue;
    const left = Math.max(-2, scale(calls.start[index]));
    const right = Math.min(width + 2, scale(calls.start[index] + calls.length[index]));
    if (right < 0) continue;
    const row = Math.min(DEEPEST - 1, calls.depth[index]);
    if (right - left < 1 && Math.floor(left) === covered[row]) continue;
    covered[row] = Math.floor(Math.max(left, right - 1));
    const top = lane.rows + row * ROW;
    const wide = Math.max(1, right - left - (right - left > 3 ? 1 : 0));
    context.globalAlpha = right - left < 1 ? FAINT : 1;
    context.fillStyle = colour(calls.type[index]);
    context.fillRect(left, top, wide, ROW - 2);
    context.globalAlpha = 1;
    if (wide > 34) label(context, `${words[calls.type[index]]} ${duration(calls.length[index])}`, left + 4, top + ROW / 2 - 0.5, wide - 6);
    if (chosen !== null && chosen.thread === lane.thread && chosen.id === calls.id[index]) {
      context.strokeStyle = paint('text');
      context.lineWidth = 1.5;
      context.strokeRect(left - 0.5, top - 0.5, wide + 1, ROW - 1);
    }
  }
}

function label(context, text, x, y, room) {
  const fits = Math.floor(room / 6);
  if (fits < 3) return;
  context.fillStyle = '#fff';
  context.fillText(text.length <= fits ? text : `${text.slice(0, fits - 1)}…`, x, y);
}

/** The part of a thread that the reader was led to. */
function shade(context, lane, [from, to], width, paint) {
  if (lane === undefined || to < 0 || from > width) return;
  const [left, right] = [Math.max(-2, from), Math.min(width + 2, Math.max(to, from + 2))];
  const high = LOOP + DENSITY + 4 + lane.depth * ROW;
  context.globalAlpha = 0.14;
  context.fillStyle = paint('found');
  context.fillRect(left, lane.top - 2, right - left, high + 4);
  context.globalAlpha = 1;
  context.strokeStyle = paint('found');
  context.lineWidth = 1.5;
  context.strokeRect(left, lane.top - 2, right - left, high + 4);
}

/** The whole timeline but its names. */
function timeline(canvas, /** @type {any} */ { lanes, height, view, width, marks, part, ...look }) {
  const paint = ink();
  const context = prepare(canvas, width, height);
  const scale = (time) => ((time - view.from) / view.span) * width;
  axis(context, view, scale, width, height, paint);
  if (part !== null)
    shade(
      context,
      lanes.find(({ thread }) => thread === part.thread),
      [scale(part.from), scale(part.to)],
      width,
      paint,
    );
  for (const lane of lanes) {
    loop(context, lane, view, scale, paint);
    density(context, lane, view, scale, { colour: look.colour, filter: look.filter, paint });
    boxes(context, lane, view, scale, { ...look, paint, width });
  }
  for (const [, time, name] of marks) {
    const x = Math.round(scale(time));
    if (x < -200 || x > width) continue;
    context.fillStyle = paint('mark');
    context.fillRect(x, 4, 1, height);
    const wide = context.measureText(name).width;
    context.fillText(name, x + wide + 8 > width ? x - wide - 4 : x + 4, height - 7);
  }
}

/** The whole recording in a strip, with what the timeline shows of it. */
function overview(canvas, { threads, view, width, height }) {
  const paint = ink();
  const context = prepare(canvas, width, height);
  const sums = new Float64Array(width + 1);
  for (const { bins } of threads) {
    const wide = (bins.width / view.end) * width;
    const first = (x) => Math.ceil(x / wide);
    for (let bin = 0; bin < bins.at.length; bin++) {
      const from = Math.floor(bins.at[bin] * wide);
      const to = Math.max(from, Math.floor((bins.at[bin] + 1) * wide) - 1);
      for (let x = from; x <= Math.min(width, to); x++) sums[x] += bins.busy[bin] / 1000 / Math.max(1, first(x + 1) - first(x));
    }
  }
  const most = sums.reduce((a, b) => Math.max(a, b), 1e-9);
  context.fillStyle = paint('accent');
  sums.forEach((sum, x) => context.fillRect(x, height, 1, -Math.ceil((sum / most) * (height - 2))));
  const [from, to] = [(view.from / view.end) * width, (view.to / view.end) * width];
  context.fillStyle = paint('veil');
  context.fillRect(0, 0, from, height);
  context.fillRect(to, 0, width - to, height);
  context.strokeStyle = paint('text');
  context.strokeRect(from + 0.5, 0.5, Math.max(2, to - from - 1), height - 1);
}

module.exports = { timeline, overview };
