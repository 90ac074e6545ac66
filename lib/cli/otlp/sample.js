'use strict';

/**
 * Which traces are sent: all, one in N, those with a request that was slow, those with one that failed. What is asked of a request is
 * known at its end, so until then what belongs to it waits here. Within one command a trace is sent as a whole or not at all, and one in
 * N is the same one in each command.
 */

const { durationOf } = require('../duration');
const { UsageError } = require('../usage');

/** So many characters wait at most. Where there are more, the trace that came first is left out. */
const ROOM = 1 << 26;
/** Of so many traces it is remembered what became of them, as something of them may come later. */
const REMEMBERED = 1 << 16;
const NANOSECONDS = 1_000_000;

/** @typedef {import('./exporter').Resource} Resource */
/** @typedef {{ oneIn: number, slow: number | null, failed: boolean }} Rules one in so many, 0 for none; nanoseconds */
/** @typedef {{ took: number, hasFailed: boolean, isOutermost: boolean }} Request */
/** @typedef {{ resource: Resource, span: string, isRequest: boolean }} Waiting */

/** @type {Rules} */
const EVERYTHING = { oneIn: 1, slow: null, failed: false };

/**
 * @param {string} text rules with commas between them: what one of them wants is sent
 * @returns {Rules}
 */
function rulesOf(text) {
  const rules = { oneIn: 0, slow: /** @type {number | null} */ (null), failed: false };
  for (const rule of text.split(',').map((word) => word.trim())) {
    const [, number] = /^1\/([1-9]\d{0,8})$/.exec(rule) ?? [];
    if (rule === 'all') rules.oneIn = 1;
    else if (rule === 'failed') rules.failed = true;
    else if (rule.startsWith('slow=')) rules.slow = durationOf(rule.slice('slow='.length), '--sample slow') * NANOSECONDS;
    else if (number !== undefined) rules.oneIn = rules.oneIn === 0 ? Number(number) : Math.min(rules.oneIn, Number(number));
    else if (rule !== 'none')
      throw new UsageError(`--sample=${text}: it takes all, none, 1/N, slow=TIME and failed, as in slow=200ms,failed,1/100.`);
  }
  return rules;
}

/**
 * The same number of a trace everywhere, from 0 to 2 ** 32, and each as likely as any other.
 * @param {string} trace 32 hexadecimal digits
 */
function lot(trace) {
  let hash = 0;
  for (let at = 0; at < trace.length; at += 8) {
    hash ^= parseInt(trace.slice(at, at + 8), 16);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

class Sampler {
  #rules;
  #meets;
  #send;
  /** Of traces that are not decided, the one that came first in front. @type {Map<string, { spans: Waiting[], length: number }>} */
  #waiting = new Map();
  #length = 0;
  /** @type {Map<string, boolean>} */
  #decided = new Map();
  requests = 0;
  leftOut = { spans: 0, requests: 0 };

  /**
   * @param {Rules} rules
   * @param {boolean} meets whether parts of one trace may come from several processes
   * @param {(resource: Resource, span: string) => void} send
   */
  constructor(rules, meets, send) {
    this.#rules = rules;
    this.#meets = meets;
    this.#send = send;
  }

  /**
   * @param {Resource} resource
   * @param {string} trace
   * @param {string} span is kept as it is: it must be no part of a longer text
   * @param {Request | null} request that it is
   * @param {boolean} isOfRequest whether it is one, or belongs to one
   */
  offer(resource, trace, span, request, isOfRequest) {
    const { oneIn, slow, failed } = this.#rules;
    if (request !== null) this.requests += 1;
    const one = { resource, span, isRequest: request !== null };
    if (oneIn > 0 && lot(trace) < 2 ** 32 / oneIn) return this.#send(resource, span);
    if (!isOfRequest || (slow === null && !failed)) return this.#leaveOut(one);
    const isWanted = request !== null && ((slow !== null && request.took >= slow) || (failed && request.hasFailed));
    const decision = isWanted || this.#decided.get(trace);
    if (decision === undefined) {
      this.#wait(trace, one);
      // What called it may be slow, and end later.
      if (request !== null && (request.isOutermost || !this.#meets)) this.#decide(trace, false);
      return;
    }
    this.#decide(trace, decision);
    if (decision) this.#send(resource, span);
    else this.#leaveOut(one);
  }

  /** Nothing more comes. */
  end() {
    for (const trace of [...this.#waiting.keys()]) this.#settle(trace, false);
  }

  /** @param {Waiting} one */
  #leaveOut({ isRequest }) {
    this.leftOut.spans += 1;
    if (isRequest) this.leftOut.requests += 1;
  }

  /**
   * @param {string} trace
   * @param {Waiting} one
   */
  #wait(trace, one) {
    let waiting = this.#waiting.get(trace);
    if (waiting === undefined) {
      waiting = { spans: [], length: 0 };
      this.#waiting.set(trace, waiting);
    }
    waiting.spans.push(one);
    waiting.length += one.span.length;
    this.#length += one.span.length;
    while (this.#length > ROOM) {
      const [first] = this.#waiting.keys();
      this.#decide(first, false);
    }
  }

  /**
   * @param {string} trace
   * @param {boolean} isSent
   */
  #decide(trace, isSent) {
    // The one that was asked for last stays longest.
    this.#decided.delete(trace);
    this.#decided.set(trace, isSent);
    if (this.#decided.size > REMEMBERED) {
      const [first] = this.#decided.keys();
      this.#decided.delete(first);
    }
    this.#settle(trace, isSent);
  }

  /**
   * @param {string} trace
   * @param {boolean} isSent
   */
  #settle(trace, isSent) {
    const waiting = this.#waiting.get(trace);
    if (waiting === undefined) return;
    this.#waiting.delete(trace);
    this.#length -= waiting.length;
    for (const one of waiting.spans) {
      if (isSent) this.#send(one.resource, one.span);
      else this.#leaveOut(one);
    }
  }
}

module.exports = { EVERYTHING, Sampler, rulesOf };
