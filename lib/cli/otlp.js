'use strict';

/**
 * Sends spans to an OpenTelemetry collector: OTLP over HTTP, as JSON, compressed, in batches, one after the other. The endpoint, the
 * headers and attributes of the resource also come from the variables of the specification.
 * https://opentelemetry.io/docs/specs/otlp/, https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');
const { promisify } = require('node:util');
const zlib = require('node:zlib');

const gzip = promisify(zlib.gzip);

/** A batch is tried so often, */
const TRIES = 6;
/** with pauses that begin with so many milliseconds and double each time, */
const PAUSE = 500;
/** and are never longer than this, whatever the collector asks for. */
const LONGEST_PAUSE = 30_000;
/** Milliseconds in which an answer must come, where `OTEL_EXPORTER_OTLP_TIMEOUT` says nothing else. */
const PATIENCE = 10_000;
/** Of an answer, so many characters are read. */
const READ = 4096;
/** What the specification says may be tried again. */
const AGAIN = new Set([429, 502, 503, 504]);
/** With what each batch begins, before the attributes of its resource. */
const HEAD = '{"resourceSpans":[{"resource":{"attributes":[';

/** @typedef {{ url: URL, headers: Record<string, string>, attributes: { key: string, value: { stringValue: string } }[], patience: number }} Target */
/** @typedef {{ sent: number, refused: number, failure: string | undefined }} Result spans; why the last batch that was not sent was not */

/**
 * @param {string} endpoint an address, or `env` for that of the variables
 * @param {NodeJS.ProcessEnv} env
 * @returns {Target}
 * @throws {Error} where there is no address, or it is none
 */
function targetOf(endpoint, env) {
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const text = endpoint !== 'env' ? endpoint : own || base;
  if (!text) throw new Error('neither OTEL_EXPORTER_OTLP_TRACES_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT is set');
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Error(`"${text}" is no address such as http://localhost:4318`);
  }
  const url = new URL(text);
  // An endpoint for all signals is a base; one for traces is taken as it is.
  const isWhole = (endpoint === 'env' && own) || url.pathname.endsWith('/v1/traces');
  if (!isWhole) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  const headers = Object.fromEntries(pairs(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS || env.OTEL_EXPORTER_OTLP_HEADERS));
  const named = new Map(pairs(env.OTEL_RESOURCE_ATTRIBUTES));
  if (env.OTEL_SERVICE_NAME) named.set('service.name', env.OTEL_SERVICE_NAME);
  const attributes = [...named].map(([key, value]) => ({ key, value: { stringValue: value } }));
  const patience = Number(env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT || env.OTEL_EXPORTER_OTLP_TIMEOUT) || PATIENCE;
  return { url, headers, attributes, patience };
}

/**
 * @param {string | undefined} list `a=1,b=2`, percent-encoded, as W3C Baggage
 * @returns {[string, string][]}
 */
function pairs(list = '') {
  return list.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) return [];
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)].map((part) => decoded(part.trim()));
    return name ? [[name, value]] : [];
  });
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Sends each line of a file, a batch of spans, to a collector.
 * @param {string} file
 * @param {Target} target
 * @returns {Promise<Result>}
 */
async function send(file, target) {
  /** @type {Result} */
  const result = { sent: 0, refused: 0, failure: undefined };
  // It never ends where the file has gone: whoever made it keeps it.
  const lines = createInterface({ input: fs.createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line === '') continue;
    const spans = line.split('"spanId":').length - 1;
    const { failure, rejected } = await deliver(withAttributes(line, target.attributes), target);
    const lost = failure === undefined ? Math.min(rejected, spans) : spans;
    result.sent += spans - lost;
    result.refused += lost;
    result.failure = failure ?? result.failure;
    // A collector that does not answer after all those tries will not answer for the next batch either.
    if (failure !== undefined) {
      for await (const rest of lines) result.refused += rest.split('"spanId":').length - 1;
      break;
    }
  }
  return result;
}

/**
 * @param {string} line
 * @param {Target['attributes']} attributes stand for those of the same name
 */
function withAttributes(line, attributes) {
  if (attributes.length === 0 || !line.startsWith(HEAD)) return line;
  const end = line.indexOf(']', HEAD.length);
  const names = new Set(attributes.map(({ key }) => key));
  /** @type {{ key: string }[]} */
  const former = JSON.parse(line.slice(HEAD.length - 1, end + 1));
  return HEAD.slice(0, -1) + JSON.stringify([...former.filter(({ key }) => !names.has(key)), ...attributes]) + line.slice(end + 1);
}

/**
 * @param {string} body
 * @param {Target} target
 * @returns {Promise<{ failure: string | undefined, rejected: number }>}
 */
async function deliver(body, target) {
  const packed = await gzip(body);
  let failure = '';
  for (let tried = 0; tried < TRIES; tried++) {
    try {
      const { status, text, after } = await post(packed, target);
      if (status >= 200 && status < 300) return { failure: undefined, rejected: rejectedIn(text) };
      failure = `${target.url.origin} answered ${status} ${http.STATUS_CODES[status] ?? ''}`.trim();
      if (!AGAIN.has(status)) break;
      if (tried < TRIES - 1) await sleep(Math.min(after ?? PAUSE * 2 ** tried, LONGEST_PAUSE));
    } catch (error) {
      failure = `${target.url.origin}: ${/** @type {Error} */ (error).message}`;
      if (tried < TRIES - 1) await sleep(Math.min(PAUSE * 2 ** tried, LONGEST_PAUSE));
    }
  }
  return { failure, rejected: 0 };
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

/** @param {string} text of an answer @returns {number} spans that the collector says it has not taken */
function rejectedIn(text) {
  try {
    return Number(JSON.parse(text).partialSuccess?.rejectedSpans) || 0;
  } catch {
    return 0;
  }
}

module.exports = { send, targetOf };
