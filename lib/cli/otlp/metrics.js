'use strict';

/**
 * What a recording says of requests and event loops, as metrics with the names, units and attributes of OpenTelemetry's conventions.
 * https://opentelemetry.io/docs/specs/semconv/http/http-metrics/, https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 */

/** Seconds, as the conventions have them. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Methods that have a name; any other one is `_OTHER`. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);
/** So many combinations of attributes are told apart, as in OpenTelemetry's libraries. Those beyond are one. */
const MOST = 2000;
const OVERFLOW = [{ key: 'otel.metric.overflow', value: { boolValue: true } }];
/** Sums count from the beginning of the recording. */
const CUMULATIVE = 2;
const NANOSECONDS = 1e9;

/** @typedef {import('./exporter').Resource} Resource */
/** @typedef {import('./exporter').Span} Span */
/** @typedef {{ key: string, value: object }[]} Attributes */
/** @typedef {{ attributes: Attributes, buckets: number[], count: number, sum: number, min: number, max: number }} Series */
/** @typedef {{ dataPoints: object[], aggregationTemporality?: number, isMonotonic?: boolean }} Points */
/** @typedef {{ name: string, unit: string, histogram?: Points, sum?: Points, gauge?: Points }} Metric */
/** @typedef {{ active: number, looped: number }} Loop nanoseconds: for how long it was busy, and of how long */
/** @typedef {{ attributes: Attributes, total: Loop, exported: Loop }} Thread since the beginning, and at the last export */
/**
 * @typedef {object} Process
 * @property {Resource} resource
 * @property {Map<string, Series>} series
 * @property {Map<number, Thread>} threads
 * @property {bigint} now nanoseconds since 1970, as of the recording
 * @property {boolean} hasChanged since the last export
 */

class Metrics {
  /** @type {Map<string, Process>} */
  #processes = new Map();

  /** @param {Resource} resource @returns {Process} */
  #of(resource) {
    let process = this.#processes.get(resource.instance);
    if (process === undefined) {
      process = { resource, series: new Map(), threads: new Map(), now: BigInt(resource.began), hasChanged: false };
      this.#processes.set(resource.instance, process);
    }
    return process;
  }

  /**
   * @param {Resource} resource
   * @param {Span} span of a request that has ended
   */
  request(resource, span) {
    const process = this.#of(resource);
    const ended = BigInt(span.endTimeUnixNano);
    const took = Number(ended - BigInt(span.startTimeUnixNano)) / NANOSECONDS;
    const series = seriesOf(process, attributesOf(span));
    const bucket = BOUNDS.findIndex((bound) => took <= bound);
    series.buckets[bucket < 0 ? BOUNDS.length : bucket] += 1;
    series.count += 1;
    series.sum += took;
    series.min = Math.min(series.min, took);
    series.max = Math.max(series.max, took);
    tick(process, ended);
  }

  /**
   * @param {Resource} resource
   * @param {{ thread: number, title: string }} about
   * @param {Loop} more since it was told of last
   * @param {string} now nanoseconds since 1970
   */
  loop(resource, { thread, title }, more, now) {
    if (more.looped <= 0) return;
    const process = this.#of(resource);
    let known = process.threads.get(thread);
    if (known === undefined) {
      const attributes = [
        { key: 'thread.id', value: { intValue: String(thread) } },
        { key: 'thread.name', value: { stringValue: title } },
      ];
      known = { attributes, total: { active: 0, looped: 0 }, exported: { active: 0, looped: 0 } };
      process.threads.set(thread, known);
    }
    known.total.active += more.active;
    known.total.looped += more.looped;
    tick(process, BigInt(now));
  }

  /** What was exported last has not arrived. */
  again() {
    for (const process of this.#processes.values()) process.hasChanged = true;
  }

  /** @returns {{ text: string, points: number } | null} what has changed since the last one, as an `ExportMetricsServiceRequest` */
  export() {
    const changed = [...this.#processes.values()].filter(({ hasChanged }) => hasChanged);
    const made = changed.map((process) => ({ process, metrics: metricsOf(process) }));
    for (const process of changed) process.hasChanged = false;
    if (made.length === 0) return null;
    const points = made.flatMap(({ metrics }) => metrics).reduce((all, metric) => all + pointsOf(metric), 0);
    const texts = made.map(({ process: { resource }, metrics }) => {
      const scoped = `"scopeMetrics":[{"scope":${resource.scope},"metrics":${JSON.stringify(metrics)}}]`;
      return `{"resource":{"attributes":${JSON.stringify(resource.lasting)}},${scoped}}`;
    });
    return { text: `{"resourceMetrics":[${texts.join(',')}]}`, points };
  }
}

/** @param {Metric} metric */
function pointsOf(metric) {
  return (metric.histogram ?? metric.sum ?? metric.gauge)?.dataPoints.length ?? 0;
}

/**
 * @param {Process} process
 * @param {bigint} time
 */
function tick(process, time) {
  if (time > process.now) process.now = time;
  process.hasChanged = true;
}

/**
 * @param {Process} process
 * @param {Attributes} attributes
 */
function seriesOf({ series }, attributes) {
  let key = JSON.stringify(attributes);
  let told = attributes;
  // One place is for the others.
  if (!series.has(key) && series.size >= MOST - 1) [key, told] = ['', OVERFLOW];
  let found = series.get(key);
  if (found === undefined) {
    found = { attributes: told, buckets: Array(BOUNDS.length + 1).fill(0), count: 0, sum: 0, min: Infinity, max: 0 };
    series.set(key, found);
  }
  return found;
}

/**
 * Those of its span that the conventions have for the metric. What the recording does not tell is not there.
 * @param {Span} span
 * @returns {Attributes}
 */
function attributesOf({ attributes }) {
  return attributes.flatMap(({ key, value }) => {
    if (key === 'http.request.method') return [{ key, value: METHODS.has(value.stringValue ?? '') ? value : { stringValue: '_OTHER' } }];
    return ['http.route', 'http.response.status_code', 'url.scheme', 'error.type'].includes(key) ? [{ key, value }] : [];
  });
}

/**
 * @param {Process} process
 * @returns {Metric[]}
 */
function metricsOf({ resource, series, threads, now }) {
  const span = { startTimeUnixNano: resource.began, timeUnixNano: String(now) };
  const durations = [...series.values()].map(({ attributes, buckets, count, sum, min, max }) => {
    // As numbers: every reader takes those, but not every one takes digits in a string, as which they may stand as well.
    const counts = { count, bucketCounts: buckets, explicitBounds: BOUNDS };
    return { ...span, attributes, ...counts, sum, min, max };
  });
  const loops = [...threads.values()].filter(({ total }) => total.looped > 0);
  const times = loops.flatMap(({ attributes, total: { active, looped } }) => [
    { ...span, attributes: inState(attributes, 'active'), asDouble: active / NANOSECONDS },
    { ...span, attributes: inState(attributes, 'idle'), asDouble: (looped - active) / NANOSECONDS },
  ]);
  const utilizations = loops.flatMap((thread) => {
    const { attributes, total, exported } = thread;
    const looped = total.looped - exported.looped;
    if (looped <= 0) return [];
    const asDouble = (total.active - exported.active) / looped;
    thread.exported = { ...total };
    return [{ ...span, attributes, asDouble }];
  });
  const cumulative = { aggregationTemporality: CUMULATIVE };
  /** @type {Metric[]} */
  const all = [
    { name: 'http.server.request.duration', unit: 's', histogram: { ...cumulative, dataPoints: durations } },
    { name: 'nodejs.eventloop.time', unit: 's', sum: { ...cumulative, isMonotonic: true, dataPoints: times } },
    { name: 'nodejs.eventloop.utilization', unit: '1', gauge: { dataPoints: utilizations } },
  ];
  return all.filter((metric) => pointsOf(metric) > 0);
}

/**
 * @param {Attributes} attributes
 * @param {'active' | 'idle'} state
 */
function inState(attributes, state) {
  return [...attributes, { key: 'nodejs.eventloop.state', value: { stringValue: state } }];
}

module.exports = { BOUNDS, Metrics };
