'use strict';

/**
 * From the lines that the addon makes of recordings (crates/report/src/exports/otlp.rs) to a collector: spans through the sample and the
 * queue, metrics now and then.
 */

const { Courier } = require('./deliver');
const { Metrics } = require('./metrics');
const { Queue } = require('./queue');
const { Sampler } = require('./sample');

/** What a line has, by its first element. */
const KIND = { about: '0', request: '1', ofRequest: '2', loops: '4', state: '5' };
/** Where a span stands in its line, and its trace in the span. */
const SPAN = '[1,'.length;
const TRACE = SPAN + '{"traceId":"'.length;
const TRACE_LENGTH = 32;
const END = '"endTimeUnixNano":"';
/** Milliseconds between two lines that say what was dropped. */
const SAY = 60_000;

/** @typedef {import('./target').Target} Target */
/** @typedef {import('./target').Attribute} Attribute */
/** @typedef {{ traceId: string, parentSpanId?: string, startTimeUnixNano: string, endTimeUnixNano: string, attributes: { key: string, value: { stringValue?: string, intValue?: string, boolValue?: boolean } }[], status?: { code: number } }} Span */
/**
 * @typedef {object} Resource
 * @property {string} instance the process, in each part of its recording
 * @property {string} began nanoseconds since 1970
 * @property {string} head what stands in a batch before its spans
 * @property {Attribute[]} lasting attributes that stay as they are
 * @property {string} scope
 */
/**
 * @typedef {object} Wanted
 * @property {Target} traces
 * @property {Target | null} metrics
 * @property {number} interval milliseconds between two exports of metrics
 * @property {Attribute[]} attributes of each resource
 * @property {import('./sample').Rules} rules
 * @property {bigint} since nanoseconds since 1970: what had ended before is not sent
 */

/** What is known of the recording that lines are of. */
class Source {
  /** By the number that lines have for it. @type {Map<number, Resource>} */
  resources = new Map();
  /** That of the spans that follow. @type {Resource | null} */
  current = null;
  /** What was told last of each event loop. @type {Map<string, import('./metrics').Loop>} */
  loops = new Map();
}

class Exporter {
  #wanted;
  #say;
  #queue;
  #sampler;
  #metrics = new Metrics();
  /** @type {Courier | null} */
  #courier = null;
  #due;
  #isExporting = false;
  /** @type {string | undefined} */
  #failure = undefined;
  #said = { dropped: 0, time: 0 };
  /** Spans that had ended before what is sent. */
  #earlier = 0;

  /**
   * @param {Wanted} wanted
   * @param {object} how
   * @param {boolean} how.follows whether what is sent comes while programs run
   * @param {boolean} how.meets whether it is of several processes
   * @param {(line: string) => void} say
   */
  constructor(wanted, { follows, meets }, say) {
    this.#wanted = wanted;
    this.#say = say;
    this.#due = Date.now() + wanted.interval;
    const tell = (/** @type {string} */ why) => say(`${why}. Spans wait meanwhile.`);
    this.#queue = new Queue(wanted.traces, follows, tell);
    this.#sampler = new Sampler(wanted.rules, meets, (resource, span) => this.#queue.add(resource, span));
    // Of metrics the next ones say what these would have said.
    if (wanted.metrics !== null) this.#courier = new Courier(wanted.metrics, () => {});
    if (!follows) this.#courier?.hurry();
  }

  /** Nothing may be taken for now. */
  get isFull() {
    return this.#queue.isFull;
  }

  room() {
    return this.#queue.room();
  }

  /**
   * @param {Source} source
   * @param {string} text lines
   */
  take(source, text) {
    for (let from = 0, to = text.indexOf('\n'); to >= 0; from = to + 1, to = text.indexOf('\n', from)) {
      this.line(source, text.slice(from, to));
    }
  }

  /**
   * @param {Source} source
   * @param {string} line
   */
  line(source, line) {
    const kind = line[1];
    switch (kind) {
      case KIND.about:
        this.#about(source, line);
        break;
      case KIND.loops:
        this.#loops(source, line);
        break;
      case KIND.state:
        break;
      default:
        if (source.current !== null) this.#span(source.current, kind, line);
    }
  }

  /**
   * @param {Source} source
   * @param {string} line
   */
  #about(source, line) {
    const [, number, began, { attributes }, scope] = JSON.parse(line);
    const own = this.#wanted.attributes;
    const names = new Set(own.map(({ key }) => key));
    const all = [.../** @type {Attribute[]} */ (attributes).filter(({ key }) => !names.has(key)), ...own];
    const instance = /** @type {Attribute[]} */ (attributes).find(({ key }) => key === 'service.instance.id')?.value.stringValue ?? '';
    const head = `"resource":{"attributes":${JSON.stringify(all)}},"scopeSpans":[{"scope":${JSON.stringify(scope)}`;
    const lasting = all.filter(({ key }) => !key.startsWith('async.dropped.'));
    source.current = { instance, began, head, lasting, scope: JSON.stringify(scope) };
    source.resources.set(number, source.current);
  }

  /**
   * @param {Resource} resource
   * @param {string} kind
   * @param {string} line
   */
  #span(resource, kind, line) {
    if (endOf(line) < this.#wanted.since) {
      this.#earlier += 1;
      return;
    }
    // A part of a long text would keep all of it.
    const copy = Buffer.from(line.slice(SPAN, -1)).toString();
    const trace = line.slice(TRACE, TRACE + TRACE_LENGTH);
    if (kind !== KIND.request) return this.#sampler.offer(resource, trace, copy, null, kind === KIND.ofRequest);
    /** @type {Span} */
    const span = JSON.parse(copy);
    const is = (/** @type {string} */ name) => span.attributes.some(({ key }) => key === name);
    const took = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
    const hasFailed = span.status !== undefined || is('async.aborted');
    if (!is('async.alive')) this.#metrics.request(resource, span);
    this.#sampler.offer(resource, trace, copy, { took, hasFailed, isOutermost: span.parentSpanId === undefined }, true);
  }

  /**
   * @param {Source} source
   * @param {string} line
   */
  #loops(source, line) {
    const [, now, loops] = JSON.parse(line);
    for (const [process, thread, title, active, looped] of loops) {
      const resource = source.resources.get(process);
      if (resource === undefined) continue;
      const key = `${process} ${thread}`;
      const before = source.loops.get(key) ?? { active: 0, looped: 0 };
      source.loops.set(key, { active, looped });
      if (BigInt(now) < this.#wanted.since) continue;
      this.#metrics.loop(resource, { thread, title }, { active: active - before.active, looped: looped - before.looped }, now);
    }
  }

  /** Sends what is due, and says what was dropped. */
  tick() {
    this.#queue.tick();
    const { dropped } = this.#queue;
    if (dropped > this.#said.dropped && Date.now() - this.#said.time >= SAY) {
      this.#said = { dropped, time: Date.now() };
      this.#say(`dropped ${count(dropped, 'span')} so far: the collector does not answer, and the buffer is full.`);
    }
    if (Date.now() < this.#due || this.#isExporting) return;
    this.#due = Date.now() + this.#wanted.interval;
    this.#exportMetrics();
  }

  async #exportMetrics() {
    const made = this.#courier === null ? null : this.#metrics.export();
    if (this.#courier === null || made === null) return;
    this.#isExporting = true;
    const { failure, rejected } = await this.#courier.deliver(made.text);
    this.#isExporting = false;
    if (failure !== undefined) this.#metrics.again();
    this.#failure = failure ?? (rejected > 0 ? `the collector did not take ${rejected} of ${count(made.points, 'data point')}` : undefined);
    this.#tellDone();
  }

  #tellDone = () => {};

  /**
   * Sends all that is left, and says what came of it.
   * @returns {Promise<boolean>} whether everything was delivered
   */
  async end() {
    this.#sampler.end();
    const { traces } = this.#wanted;
    await Promise.all([this.#queue.end(), this.#endMetrics()]);
    const { sent, lost, dropped, failure } = this.#queue;
    const { requests, leftOut } = this.#sampler;
    this.#say(`sent ${sent} spans to ${traces.url.origin}${lost > 0 ? `, and did not deliver ${lost}` : ''}.`);
    if (this.#earlier > 0) this.#say(`left out ${count(this.#earlier, 'span')} that had ended before the time of --since.`);
    if (leftOut.spans > 0)
      this.#say(`the sample left out ${leftOut.requests} of ${count(requests, 'request')}, and ${leftOut.spans} spans.`);
    if (dropped > 0) this.#say(`dropped ${count(dropped, 'span')}: the collector did not answer, and the buffer was full.`);
    if (failure !== undefined) this.#say(failure);
    if (this.#failure !== undefined) this.#say(`the last metrics were not delivered: ${this.#failure}`);
    return lost === 0 && this.#failure === undefined;
  }

  async #endMetrics() {
    this.#courier?.hurry();
    while (this.#isExporting) await new Promise((resolve) => (this.#tellDone = () => resolve(undefined)));
    await this.#exportMetrics();
  }
}

/**
 * When a span has ended. Texts of the program are escaped, so none of them is taken for it.
 * @param {string} line
 */
function endOf(line) {
  const from = line.indexOf(END) + END.length;
  return BigInt(line.slice(from, line.indexOf('"', from)));
}

/**
 * @param {number} number
 * @param {string} what
 */
function count(number, what) {
  return `${number} ${number === 1 ? what : `${what}s`}`;
}

module.exports = { Exporter, Source };
