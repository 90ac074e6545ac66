'use strict';

/** A collector of OpenTelemetry, as far as tests need one: it keeps what it gets. */

const { once } = require('node:events');
const http = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');
const zlib = require('node:zlib');

/** Nothing is waited for by time: what does not come at all is a failure, however slow the machine is. */
const PATIENCE = 50_000;
const POLL = 20;

/** @typedef {{ url: string, headers: http.IncomingHttpHeaders, body: any, taken: boolean }} Message */
/** @typedef {{ status: number, headers?: http.OutgoingHttpHeaders, text?: string }} Answer */

class Collector {
  #server;
  /** @type {Message[]} */
  messages = [];
  /** Spans that were taken, with the resource of each. @type {any[]} */
  spans = [];
  /** @type {(tried: number) => Answer} */
  answer = () => ({ status: 200 });

  constructor() {
    this.#server = http.createServer(async (request, response) => {
      const parts = await request.toArray();
      const { status, headers = {}, text = '{}' } = this.answer(this.messages.length + 1);
      const body = JSON.parse(String(zlib.gunzipSync(Buffer.concat(parts))));
      this.messages.push({ url: request.url ?? '', headers: request.headers, body, taken: status === 200 });
      for (const { resource, scopeSpans } of (status === 200 && body.resourceSpans) || []) {
        for (const span of scopeSpans[0].spans) this.spans.push({ ...span, resource });
      }
      response.writeHead(status, headers).end(text);
    });
  }

  /** @returns {Promise<Collector>} */
  async listen() {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get address() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Those of requests. */
  get requests() {
    return this.spans.filter(({ kind }) => kind === 2);
  }

  /** @returns {any[]} the metrics of the last message that has some */
  get metrics() {
    const { body } = this.messages.filter(({ taken, body }) => taken && body.resourceMetrics).pop() ?? {};
    return body?.resourceMetrics[0].scopeMetrics[0].metrics ?? [];
  }
}

/**
 * @param {() => unknown} holds
 * @param {string} what
 */
async function until(holds, what) {
  for (const end = Date.now() + PATIENCE; !holds(); await sleep(POLL)) {
    if (Date.now() > end) throw new Error(`it has not come to this: ${what}`);
  }
}

module.exports = { Collector, until };
