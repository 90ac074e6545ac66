'use strict';
/* global uPlot */

/** Operations alive over time, and how long each type waited, ran and lived. */

const { choice, h, named, onWidth, section } = require('./dom');
const { compact, duration, moment } = require('./format');
const { ink, onTheme } = require('./theme');
const { ticks } = require('./viewport');
const { OTHER } = require('./colours');

const HIGH = 240;

/** Makes a chart again whenever its width or the theme changes, as uPlot keeps the colours that it was made with. */
function chart(element, make) {
  let plot = null;
  let width = 0;
  const again = () => {
    if (width === 0) return;
    plot?.destroy();
    plot = new uPlot(...make(width, ink()), element);
  };
  onWidth(element, (wide) => {
    width = wide;
    again();
  });
  onTheme(again);
  return again;
}

function axes(paint, x, y) {
  const look = {
    stroke: paint('faint'),
    grid: { stroke: paint('grid'), width: 1 },
    ticks: { stroke: paint('grid'), width: 1 },
    font: '11px system-ui, sans-serif',
  };
  return [
    { ...look, ...x },
    { ...look, size: 56, ...y },
  ];
}

const timeAxis = {
  values: (_, at) => at.map((time) => (time === 0 ? '0' : moment(time, at.length > 1 ? at[1] - at[0] : time))),
  splits: (plot, _, from, to) => ticks(from, to, plot.width / 110).at,
};

function name(data, type) {
  return type < 0 ? 'all others' : data.words[type];
}

function alive(data, colour, state) {
  const { width: bin, bins, series } = data.alive;
  const times = Array.from({ length: bins }, (_, index) => Math.min(data.totals.duration, (index + 1) * bin));
  return (width, paint) => [
    {
      width,
      height: HIGH,
      padding: [12, 26, 0, 0],
      cursor: { points: { size: 6 }, drag: { x: true, y: false } },
      legend: { live: true },
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.05)] } },
      axes: axes(paint, timeAxis, { values: (_, at) => at.map((value) => (Number.isInteger(value) ? compact(value) : '')) }),
      series: [
        { label: 'At', value: (_, time) => (time === null ? '–' : moment(time, bin)) },
        ...series.map(({ type }) => ({
          label: name(data, type),
          stroke: type < 0 ? OTHER : colour(type),
          width: 1.5,
          points: { show: false },
          paths: uPlot.paths.stepped({ align: -1 }),
          value: (_, value) => (value === null ? '–' : compact(value)),
        })),
      ],
    },
    [times, ...series.map((one) => Array.from(one[state.measure]))],
  ];
}

/** The edges of the buckets of a histogram: four to an octave. */
const edge = (bucket) => 2 ** (bucket / 4);

function latency(data, colour, state) {
  const chosen = data.stats.filter(({ type }) => state.types.has(type));
  const all = chosen.map(({ hist }) => hist[state.measure]).filter(({ counts }) => counts.length > 0);
  const first = Math.min(...all.map(({ first: from }) => from), Infinity);
  const last = Math.max(...all.map(({ first: from, counts }) => from + counts.length), -Infinity);
  const [from, to] = all.length === 0 ? [40, 80] : [first - 1, last + 1];
  const buckets = Array.from({ length: to - from }, (_, index) => from + index);
  const share = ({ first: begin, counts }) => {
    const total = counts.reduce((sum, value) => sum + value, 0);
    return buckets.map((bucket) => (total === 0 ? null : ((counts[bucket - begin] ?? 0) / total) * 100));
  };
  return (width, paint) => [
    {
      width,
      height: HIGH,
      padding: [12, 26, 0, 0],
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      legend: { live: true },
      scales: { x: { time: false, distr: 3, log: 10 }, y: { range: (_, low, high) => [0, Math.max(5, high * 1.05)] } },
      axes: axes(
        paint,
        { splits: (_, __, low, high) => powers(low, high), values: (_, at) => at.map((value) => duration(value)) },
        { values: (_, at) => at.map((value) => `${value} %`) },
      ),
      series: [
        { label: 'From', value: (_, value) => (value === null ? '–' : duration(value, 2)) },
        ...chosen.map(({ type }) => ({
          label: name(data, type),
          stroke: colour(type),
          fill: `${colour(type)}30`,
          width: 1.5,
          points: { show: false },
          paths: uPlot.paths.stepped({ align: 1 }),
          value: (_, value) => (value === null ? '–' : `${value.toFixed(1)} %`),
        })),
      ],
    },
    [buckets.map(edge), ...chosen.map(({ hist }) => share(hist[state.measure]))],
  ];
}

/** The powers of ten within a range. */
function powers(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => 10 ** (first + index));
}

/** Checkboxes for the types that have anything to show. */
function picker(data, colour, state, changed) {
  return h(
    'div',
    { class: 'picker', role: 'group', 'aria-label': 'Types' },
    data.stats.map(({ type }) =>
      h(
        'label',
        null,
        h('input', {
          type: 'checkbox',
          checked: state.types.has(type),
          onchange() {
            if (this.checked) state.types.add(type);
            else state.types.delete(type);
            changed();
          },
        }),
        h('b', { style: { background: colour(type) } }),
        named(data, type),
      ),
    ),
  );
}

function charts(data, colour) {
  if (data.stats.length === 0)
    return section('charts', 'Charts', null, h('p', { class: 'empty' }, 'Nothing was recorded that could be drawn.'));
  const over = { measure: 'alive' };
  const aliveBox = h('div', {
    class: 'chart',
    id: 'alive',
    role: 'img',
    'aria-label': 'Operations alive over time, by type; the numbers at the end are in the table of types',
  });
  const againAlive = chart(aliveBox, (...look) => alive(data, colour, over)(...look));
  const used = [...data.stats].sort((a, b) => b.callbacks - a.callbacks);
  const spread = {
    measure: 'wait',
    types: new Set(
      used
        .filter(({ hist }) => hist.wait.counts.length > 0)
        .slice(0, 4)
        .map(({ type }) => type),
    ),
  };
  const latencyBox = h('div', {
    class: 'chart',
    id: 'latency',
    role: 'img',
    'aria-label': 'Distribution of latencies by type; medians and 99th percentiles are in the table of types',
  });
  const againLatency = chart(latencyBox, (...look) => latency(data, colour, spread)(...look));
  return section(
    'charts',
    'Charts',
    null,
    h(
      'div',
      { class: 'charts' },
      h(
        'div',
        { class: 'card' },
        h(
          'div',
          { class: 'toolbar' },
          h('h3', null, 'Over time'),
          choice(
            'What is counted',
            [
              ['alive', 'Alive'],
              ['created', 'Created'],
            ],
            'alive',
            (measure) => {
              over.measure = measure;
              againAlive();
            },
          ),
        ),
        aliveBox,
      ),
      h(
        'div',
        { class: 'card' },
        h(
          'div',
          { class: 'toolbar' },
          h('h3', null, 'Latency'),
          choice(
            'What is measured',
            [
              ['wait', 'Wait'],
              ['run', 'Run'],
              ['life', 'Lifetime'],
            ],
            'wait',
            (measure) => {
              spread.measure = measure;
              againLatency();
            },
          ),
        ),
        latencyBox,
        h('details', null, h('summary', null, 'Types'), picker(data, colour, spread, againLatency)),
      ),
    ),
  );
}

module.exports = { charts };
