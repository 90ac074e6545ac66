'use strict';

/** Which traces a sample keeps, what waits meanwhile, and what there is no room for. */

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const { once } = require('node:events');
const { before, describe, it } = require('node:test');

const { Queue } = require('../lib/cli/otlp/queue');
const { Sampler, rulesOf } = require('../lib/cli/otlp/sample');
const { BIN, newFile, program, runNode, startNode } = require('./support/recorded');
const { Collector, until } = require('./support/collector');

const MS = 1_000_000;
const resource = { instance: 'a', began: '0', head: '"resource":{},"scopeSpans":[{"scope":{}', lasting: [], scope: '{}' };

/** Traces whose ids are as they come from anywhere: counted, or with nothing but digits at one end. */
const traces = Array.from({ length: 12_000 }, (_, at) =>
  [at, at * 2 ** 20, at * 4097][at % 3].toString(16).padStart(32, at % 2 ? '0' : '7'),
);

/** @param {{ took?: number, hasFailed?: boolean, isOutermost?: boolean }} request */
const request = ({ took = 1, hasFailed = false, isOutermost = true }) => ({ took: took * MS, hasFailed, isOutermost });

/**
 * @param {string} rules
 * @param {boolean} [meets]
 */
function sampling(rules, meets = false) {
  /** @type {string[]} */
  const sent = [];
  return { sent, sampler: new Sampler(rulesOf(rules), meets, (_, span) => sent.push(span)) };
}

describe('a sample', () => {
  it('has one trace in N, the same ones everywhere, with all that belongs to them', () => {
    for (const [rule, share] of /** @type {const} */ ([
      ['1/10', 0.1],
      ['1/2', 0.5],
      ['all', 1],
      ['none', 0],
    ])) {
      const [one, other] = [sampling(rule), sampling(rule)];
      for (const trace of new Set(traces)) {
        one.sampler.offer(resource, trace, trace, null, false);
        one.sampler.offer(resource, trace, trace, request({}), true);
        other.sampler.offer(resource, trace, trace, null, true);
      }
      const count = new Set(traces).size;
      assert.deepEqual([...new Set(one.sent)], other.sent);
      assert.equal(one.sent.length, 2 * other.sent.length);
      assert.ok(Math.abs(other.sent.length / count - share) <= 0.02, `${rule}: ${other.sent.length} of ${count}`);
      const left = count - other.sent.length;
      assert.deepEqual(one.sampler.leftOut, { spans: 2 * left, requests: left });
    }
    const [hundred, ten] = [sampling('1/100'), sampling('1/10')];
    for (const trace of traces) for (const { sampler } of [hundred, ten]) sampler.offer(resource, trace, trace, null, false);
    assert.ok(hundred.sent.length > 50);
    assert.ok(hundred.sent.every((trace) => ten.sent.includes(trace)));
  });

  it('has the slow and the failed, whole, and counts the others', () => {
    const { sent, sampler } = sampling('slow=200ms,failed');
    const about = /** @type {const} */ ([
      ['slow', { took: 200 }],
      ['fast', { took: 199.9 }],
      ['failed', { hasFailed: true }],
    ]);
    for (const [trace] of about) sampler.offer(resource, trace, `${trace} before`, null, true);
    assert.deepEqual(sent, []);
    for (const [trace, is] of about) sampler.offer(resource, trace, `${trace} request`, request(is), true);
    for (const [trace] of about) sampler.offer(resource, trace, `${trace} after`, null, true);
    sampler.offer(resource, 'timer', 'of no request', null, false);
    sampler.offer(resource, 'open', 'of one that has not ended', null, true);
    sampler.end();
    const whole = ['before', 'request', 'after'];
    assert.deepEqual(sent.sort(), ['failed', 'slow'].flatMap((trace) => whole.map((part) => `${trace} ${part}`)).sort());
    assert.deepEqual([sampler.requests, sampler.leftOut], [3, { spans: 5, requests: 1 }]);
  });

  it('waits for the outermost request where parts of a trace come from several processes', () => {
    const { sent, sampler } = sampling('slow=100ms', true);
    for (const trace of ['slow', 'fast']) {
      sampler.offer(resource, trace, `${trace} inner`, request({ took: 5, isOutermost: false }), true);
    }
    sampler.offer(resource, 'slow', 'slow outer', request({ took: 100 }), true);
    sampler.offer(resource, 'fast', 'fast outer', request({ took: 6 }), true);
    assert.deepEqual(sent, ['slow inner', 'slow outer']);
    assert.deepEqual(sampler.leftOut, { spans: 2, requests: 2 });
  });

  it('lets what waits take no more than its room: what came first is left out', () => {
    const { sent, sampler } = sampling('slow=100ms');
    const large = 'x'.repeat(2 ** 20);
    for (let at = 0; at < 70; at++) sampler.offer(resource, `trace ${at}`, large, null, true);
    assert.equal(sampler.leftOut.spans, 6);
    for (let at = 0; at < 70; at++) sampler.offer(resource, `trace ${at}`, 'request', request({ took: 100 }), true);
    assert.equal(sent.filter((span) => span === 'request').length, 70);
    assert.equal(sent.filter((span) => span === large).length, 64);
  });

  it('takes rules with commas between them', () => {
    assert.deepEqual(rulesOf('slow=200ms, failed,1/100'), { oneIn: 100, slow: 200 * MS, failed: true });
    assert.deepEqual(rulesOf('1/100,1/10'), { oneIn: 10, slow: null, failed: false });
    assert.deepEqual(rulesOf('1/5,all').oneIn, 1);
    for (const wrong of ['', '1/0', '2/5', '1/1.5', 'slow', 'slow=', 'slow=5', 'fast', 'failed;all', '1/10000000000']) {
      assert.throws(() => rulesOf(wrong), /--sample/, wrong);
    }
  });
});

describe('the queue', () => {
  it('drops what it has no room for while the collector does not answer, counts it, and gives up at the end', async () => {
    const gone = http.createServer();
    await once(gone.listen(0, '127.0.0.1'), 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (gone.address());
    gone.close();
    /** @type {string[]} */
    const told = [];
    const target = { url: new URL(`http://127.0.0.1:${port}/v1/traces`), headers: {}, patience: 1000 };
    const queue = new Queue(target, true, (why) => told.push(why));
    const span = JSON.stringify({ text: 'x'.repeat(2 ** 19) });
    for (let at = 0; !queue.isFull; at++) {
      assert.ok(at < 1000, 'it has no end');
      queue.add(resource, span);
    }
    await until(() => told.length > 0, 'the collector is found not to answer');
    assert.equal(queue.isFull, false);
    assert.match(told[0], /ECONNREFUSED/);
    for (let at = 0; at < 10; at++) queue.add(resource, span);
    assert.deepEqual([queue.dropped, queue.lost], [10, 10]);
    await queue.end();
    assert.equal(told.length, 1);
    assert.deepEqual([queue.sent, queue.dropped], [0, 10]);
    // All that waited, and what was dropped.
    assert.ok(queue.lost > 60 && queue.lost < 90, `${queue.lost}`);
  });

  it('is full and drops nothing while the collector answers, only slowly', async (t) => {
    const collector = await new Collector().listen();
    t.after(() => collector.close());
    const target = { url: new URL(`${collector.address}/v1/traces`), headers: {}, patience: 60_000 };
    const queue = new Queue(target, true, assert.fail);
    const span = JSON.stringify({ text: 'x'.repeat(2 ** 19) });
    for (let at = 0; at < 100; at++) queue.add(resource, span);
    assert.equal(queue.isFull, true);
    await queue.room();
    assert.equal(queue.isFull, false);
    await queue.end();
    assert.deepEqual([queue.sent, queue.lost, collector.spans.length], [100, 0, 100]);
  });
});

describe('report --sample', () => {
  /** @type {string} */
  let file;
  /** @type {any[]} */
  let spans;

  before(() => {
    file = newFile();
    const server = program(`
const http = require('node:http');
const server = http.createServer(async (request, response) => {
  await null;
  if (request.url === '/fail') response.statusCode = 503;
  response.end();
});
server.listen(0, '127.0.0.1', async () => {
  const get = (path) => new Promise((resolve) => http.get({ port: server.address().port, path }, (response) => response.resume().on('end', resolve)));
  for (let n = 0; n < 30; n++) await get(n % 10 === 3 ? '/fail' : '/user/' + n);
  server.close();
});`);
    assert.equal(runNode([BIN, 'record', '-o', file, server]).status, 0);
    const out = newFile('.otlp');
    assert.equal(runNode([BIN, 'report', file, '--otlp', out]).status, 0);
    const lines = fs.readFileSync(out, 'utf8').trim().split('\n');
    spans = lines.flatMap((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans);
  });

  /** @param {any[]} all */
  const ids = (all) => all.map(({ traceId, spanId }) => `${traceId} ${spanId}`).sort();

  for (const follows of [false, true]) {
    it(`sends whole traces and counts the others${follows ? ', with --follow' : ''}`, async (t) => {
      const collector = await new Collector().listen();
      t.after(() => collector.close());
      const args = [BIN, 'report', file, '--otlp-endpoint', collector.address, '--sample', 'failed', ...(follows ? ['--follow'] : [])];
      const child = startNode(args);
      let stderr = '';
      child.stderr?.on('data', (part) => (stderr += part));
      assert.deepEqual((await once(child, 'close'))[0], 0, stderr);
      const failed = new Set(spans.filter(({ status }) => status?.code === 2).map(({ traceId }) => traceId));
      assert.equal(failed.size, 3);
      const wanted = spans.filter(({ traceId }) => failed.has(traceId));
      assert.ok(wanted.length > failed.size);
      assert.deepEqual(ids(collector.spans), ids(wanted));
      assert.match(stderr, new RegExp(`the sample left out 27 of 30 requests, and ${spans.length - wanted.length} spans\\.`));
    });
  }
});
