'use strict';

/**
 * Brings a message to an OpenTelemetry collector: OTLP over HTTP, as JSON, compressed.
 * https://opentelemetry.io/docs/specs/otlp/
 */

const http = require('node:http');
const https = require('node:https');
const { promisify } = require('node:util');
const zlib = require('node:zlib');

const gzip = promisify(zlib.gzip);

/** A message is tried so often where there is an end to it, */
const TRIES = 6;
/** with pauses that begin with so many milliseconds and double each time, */
const PAUSE = 500;
/** and are never longer than this, whatever the collector asks for. */
const LONGEST_PAUSE = 30_000;
/** Of an answer, so many characters are read. */
const READ = 4096;
/** What the specification says may be tried again. */
const AGAIN = new Set([429, 502, 503, 504]);

/** @typedef {import('./target').Target} Target */

/** A collector, for one kind of messages. */
class Courier {
  #target;
  #tell;
  #tries = Infinity;
  #wake = () => {};
  /** Whether it could not be reached the last time. */
  isFailing = false;

  /**
   * @param {Target} target
   * @param {(why: string) => void} tell is called when the collector begins to fail, as long as it is tried again
   */
  constructor(target, tell) {
    this.#target = target;
    this.#tell = tell;
  }

  /** From now on there is an end to trying: at once where that has not helped so far. */
  hurry() {
    if (this.#tries !== Infinity) return;
    this.#tries = this.isFailing ? 1 : TRIES;
    this.#wake();
  }

  /**
   * @param {string} body
   * @returns {Promise<{ failure: string | undefined, rejected: number }>} why it was not taken, or how much of it was not
   */
  async deliver(body) {
    const packed = await gzip(body);
    for (let tried = 1; ; tried++) {
      const { failure, rejected, mayHelp, after } = await attempt(packed, this.#target);
      if (failure === undefined || !mayHelp) {
        this.isFailing = false;
        return { failure, rejected };
      }
      if (!this.isFailing && this.#tries === Infinity) this.#tell(failure);
      this.isFailing = true;
      if (tried >= this.#tries) return { failure, rejected };
      await this.#pause(Math.min(after ?? PAUSE * 2 ** (tried - 1), LONGEST_PAUSE));
    }
  }

  /** @param {number} milliseconds */
  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds, undefined);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}

/** @typedef {{ failure: string | undefined, rejected: number, mayHelp: boolean, after: number | undefined }} Attempt whether another one may help, and after how long */

/**
 * @param {Buffer} body
 * @param {Target} target
 * @returns {Promise<Attempt>}
 */
async function attempt(body, target) {
  try {
    const { status, text, after } = await post(body, target);
    if (status >= 200 && status < 300) return { failure: undefined, rejected: rejectedIn(text), mayHelp: false, after };
    const failure = `${target.url.origin} answered ${status} ${http.STATUS_CODES[status] ?? ''}`.trim();
    return { failure, rejected: 0, mayHelp: AGAIN.has(status), after };
  } catch (error) {
    return { failure: `${target.url.origin}: ${messageOf(error)}`, rejected: 0, mayHelp: true, after: undefined };
  }
}

/**
 * @param {unknown} error
 * @returns {string} what Node says; of several addresses of a name that all fail it says nothing but the code
 */
function messageOf(error) {
  const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
  return message || code || 'no connection';
}

/**
 * @param {Buffer} body
 * @param {Target} target
 * @returns {Promise<{ status: number, text: string, after: number | undefined }>}
 */
function post(body, { url, headers, patience }) {
  const { request: make } = url.protocol === 'https:' ? https : http;
  const fixed = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Content-Length': String(body.length) };
  return new Promise((resolve, reject) => {
    const request = make(url, { method: 'POST', headers: { ...headers, ...fixed }, signal: AbortSignal.timeout(patience) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        if (text.length < READ) text += part;
      });
      response.on('error', reject).on('end', () => {
        const seconds = Number(response.headers['retry-after']);
        resolve({
          status: response.statusCode ?? 0,
          text,
          after: response.headers['retry-after'] !== undefined && seconds >= 0 ? seconds * 1000 : undefined,
        });
      });
    });
    request.on('error', (error) => reject(error.name === 'TimeoutError' ? new Error(`no answer within ${patience} ms`) : error));
    request.end(body);
  });
}

/** @param {string} text of an answer @returns {number} spans or points that the collector says it has not taken */
function rejectedIn(text) {
  try {
    const { rejectedSpans, rejectedDataPoints } = JSON.parse(text).partialSuccess ?? {};
    return Number(rejectedSpans ?? rejectedDataPoints) || 0;
  } catch {
    return 0;
  }
}

module.exports = { Courier };
