'use strict';

/** `report --otlp-metrics`: what the spans say of requests, and the summary of event loops, is what the metrics say. */

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const { before, describe, it } = require('node:test');

const { BOUNDS, Metrics } = require('../lib/cli/otlp/metrics');
const { intervalOf, targetOf } = require('../lib/cli/otlp/target');
const { BIN, newFile, program, runNode, startNode } = require('./support/recorded');
const { Collector, until } = require('./support/collector');

const server = program(`
const http = require('node:http');
const server = http.createServer(async (request, response) => {
  if (request.url.startsWith('/wait')) await new Promise((resolve) => setTimeout(resolve, 20));
  if (request.url === '/fail') response.statusCode = 500;
  response.end();
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const get = (path, method) => new Promise((resolve) => http.request({ port, path, method }, (response) => response.resume().on('end', resolve)).end());
  for (let n = 0; n < 20; n++) await get('/user/' + n, 'GET');
  for (let n = 0; n < 5; n++) await get('/wait', 'POST');
  await get('/fail', 'GET');
  await get('/rare', 'PROPFIND');
  server.close();
});`);

/** @type {string} */
let file;
/** Spans of requests. @type {any[]} */
let requests;

/** @param {{ attributes: { key: string, value: object }[] }} of @returns {any} */
const named = ({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/**
 * @param {string[]} args with URL for the address
 * @param {NodeJS.ProcessEnv} [env] the same
 * @param {(collector: Collector) => void} [set]
 */
async function sent(args, env = {}, set = () => {}) {
  const collector = await new Collector().listen();
  set(collector);
  const put = (/** @type {string} */ text) => text.replace('URL', collector.address);
  const child = startNode(
    [BIN, 'report', file, ...args.map(put)],
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value ?? '')])),
  );
  let stderr = '';
  child.stderr?.on('data', (part) => (stderr += part));
  const [status] = await once(child, 'close');
  collector.close();
  return { collector, status, stderr };
}

describe('report --otlp-metrics', () => {
  before(() => {
    file = newFile();
    assert.equal(runNode([BIN, 'record', '-o', file, server]).status, 0);
    const out = newFile('.otlp');
    assert.equal(runNode([BIN, 'report', file, '--otlp', out]).status, 0);
    const lines = fs.readFileSync(out, 'utf8').trim().split('\n');
    const spans = lines.flatMap((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans);
    requests = spans.filter(({ kind }) => kind === 2);
    assert.equal(requests.length, 27);
  });

  for (const args of [[], ['--follow'], ['--sample', 'none']]) {
    it(`counts each request as its span has it ${args.join(' ')}`, async () => {
      const { collector, status, stderr } = await sent(['--otlp-endpoint', 'URL', '--otlp-metrics', ...args]);
      assert.equal(status, 0, stderr);
      const [{ url }] = collector.messages.filter(({ body }) => body.resourceMetrics);
      assert.equal(url, '/v1/metrics');
      assert.equal(collector.requests.length, args.includes('none') ? 0 : requests.length);
      const metric = collector.metrics.find(({ name }) => name === 'http.server.request.duration');
      assert.deepEqual([metric.unit, metric.histogram.aggregationTemporality], ['s', 2]);
      const points = metric.histogram.dataPoints;
      const routes = points.map((/** @type {any} */ point) => {
        const { 'http.request.method': method, 'http.route': route, 'http.response.status_code': code } = named(point);
        return `${method} ${route} ${code} ${point.count}`;
      });
      assert.deepEqual(routes.sort(), ['GET /fail 500 1', 'GET /user/:id 200 20', 'POST /wait 200 5', '_OTHER /rare 200 1']);
      for (const point of points) {
        const about = named(point);
        const of = requests.filter((span) => named(span)['http.route'] === about['http.route']);
        const took = of.map(({ startTimeUnixNano, endTimeUnixNano }) => Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9);
        assert.ok(Math.abs(point.sum - took.reduce((all, one) => all + one, 0)) < 1e-9);
        assert.deepEqual([point.min, point.max], [Math.min(...took), Math.max(...took)]);
        const bounds = [-Infinity, ...point.explicitBounds, Infinity];
        const counts = bounds.slice(1).map((bound, at) => took.filter((one) => one > bounds[at] && one <= bound).length);
        assert.deepEqual([point.count, point.bucketCounts], [took.length, counts]);
        assert.deepEqual(point.explicitBounds, BOUNDS);
        assert.equal(about['url.scheme'], 'http');
        assert.equal(about['error.type'], about['http.response.status_code'] === '500' ? '500' : undefined);
      }
    });
  }

  it('says of event loops what the summary says, and nothing that is not recorded', async () => {
    const { collector } = await sent(['--otlp-endpoint', 'URL', '--otlp-metrics']);
    const { stdout } = runNode([BIN, 'report', file, '--all']);
    const [, busy] = /main +event loop busy \d+ % \(([\d.]+) ms of/.exec(stdout) ?? assert.fail(stdout);
    const of = (/** @type {string} */ name) => collector.metrics.find((metric) => metric.name === name);
    const times = of('nodejs.eventloop.time');
    assert.deepEqual([times.unit, times.sum.isMonotonic], ['s', true]);
    const [active, idle] = ['active', 'idle'].map(
      (state) => times.sum.dataPoints.find((/** @type {any} */ point) => named(point)['nodejs.eventloop.state'] === state).asDouble,
    );
    assert.ok(Math.abs(active * 1000 - Number(busy)) <= 0.5, `${active} ${busy}`);
    const [{ asDouble: utilization }] = of('nodejs.eventloop.utilization').gauge.dataPoints;
    assert.ok(Math.abs(utilization - active / (active + idle)) < 1e-9);
    const known = ['http.server.request.duration', 'nodejs.eventloop.time', 'nodejs.eventloop.utilization'];
    assert.deepEqual(collector.metrics.map(({ name }) => name).sort(), known);
  });

  it('takes the address and headers of the variables for metrics', async () => {
    const { collector, status, stderr } = await sent(['--otlp-endpoint', 'env', '--otlp-metrics'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'URL/all',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=all',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'URL/my/metrics',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-key=metrics',
      OTEL_SERVICE_NAME: 'shop',
    });
    assert.equal(status, 0, stderr);
    const [metrics] = collector.messages.filter(({ body }) => body.resourceMetrics);
    const [traces] = collector.messages.filter(({ body }) => body.resourceSpans);
    assert.deepEqual([metrics.url, metrics.headers['x-key']], ['/my/metrics', 'metrics']);
    assert.deepEqual([traces.url, traces.headers['x-key']], ['/all/v1/traces', 'all']);
    const about = named(metrics.body.resourceMetrics[0].resource);
    assert.deepEqual([about['service.name'], about['process.runtime.name']], ['shop', 'nodejs']);
  });

  it('finds the address beside that of the traces, and says when metrics are not taken', async () => {
    const refuse = (/** @type {Collector} */ collector) => (collector.answer = () => ({ status: 404 }));
    const { collector, status, stderr } = await sent(
      ['--otlp-endpoint', 'URL/v1/traces', '--otlp-metrics', '--sample', 'none'],
      {},
      refuse,
    );
    assert.deepEqual([status, collector.messages.map(({ url }) => url)], [3, ['/v1/metrics']]);
    assert.match(stderr, /the last metrics were not delivered: http:.* answered 404 Not Found/);
  });

  it('tries again where the collector is busy, and says so where that does not help', async () => {
    const busy = (/** @type {Collector} */ collector) => (collector.answer = () => ({ status: 503, headers: { 'Retry-After': '0' } }));
    const { collector, status, stderr } = await sent(['--otlp-endpoint', 'URL', '--otlp-metrics', '--sample', 'none'], {}, busy);
    assert.deepEqual([status, collector.messages.length], [3, 6]);
    assert.match(stderr, /the last metrics were not delivered: http:.* answered 503 /);
  });

  it('takes timeouts and intervals from the variables', () => {
    const env = { OTEL_EXPORTER_OTLP_TIMEOUT: '7', OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '5', OTEL_METRIC_EXPORT_INTERVAL: '3' };
    const patience = (/** @type {NodeJS.ProcessEnv} */ of) =>
      /** @type {const} */ (['traces', 'metrics']).map((signal) => targetOf('http://a', of, signal).patience);
    assert.deepEqual([patience(env), patience({}), intervalOf(env), intervalOf({})], [[7, 5], [10_000, 10_000], 3, 60_000]);
  });

  it('sends them now and then while the recording grows, each time since the beginning', async (t) => {
    const collector = await new Collector().listen();
    t.after(() => collector.close());
    const [growing, portFile] = [newFile(), newFile('.port')];
    const waiting = program(`
const server = require('node:http').createServer((request, response) => {
  response.end();
  if (request.url === '/end') server.close();
  if (request.url === '/end') server.closeIdleConnections();
});
server.listen(0, '127.0.0.1', () => require('node:fs').writeFileSync(process.argv[2], String(server.address().port)));`);
    const command = startNode([BIN, 'record', '-o', growing, waiting, portFile]);
    t.after(() => command.kill('SIGKILL'));
    const args = [BIN, 'report', growing, '--follow', '--otlp-endpoint', collector.address, '--otlp-metrics'];
    const follow = startNode(args, { OTEL_METRIC_EXPORT_INTERVAL: '50' });
    t.after(() => follow.kill('SIGKILL'));
    const ended = once(follow, 'close');
    const counted = () => {
      const points = collector.metrics.find(({ name }) => name === 'http.server.request.duration')?.histogram.dataPoints ?? [];
      return points.reduce((/** @type {number} */ all, /** @type {any} */ { count }) => all + count, 0);
    };
    await until(() => fs.existsSync(portFile) && fs.readFileSync(portFile, 'utf8') !== '', 'the server listens');
    for (let n = 1; n < 4; n++) {
      await fetch(`http://127.0.0.1:${fs.readFileSync(portFile, 'utf8')}/user/${n}`).then((response) => response.text());
      await until(() => counted() === n, `${n} requests are counted`);
    }
    await fetch(`http://127.0.0.1:${fs.readFileSync(portFile, 'utf8')}/end`).then((response) => response.text());
    assert.equal((await ended)[0], 0);
    assert.equal(counted(), 4);
  });
});

describe('metrics', () => {
  it('tell apart so many combinations of attributes, and count the others as one', () => {
    const metrics = new Metrics();
    const resource = { instance: 'a', began: '1000', head: '', lasting: [], scope: '{}' };
    for (let at = 0; at < 5000; at++) {
      const attributes = [{ key: 'http.route', value: { stringValue: `/${at}` } }];
      metrics.request(resource, { traceId: '', startTimeUnixNano: '1000', endTimeUnixNano: '2000', attributes });
    }
    const { text, points } = metrics.export() ?? assert.fail('there is nothing');
    const series = JSON.parse(text).resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints;
    assert.deepEqual([points, series.length], [2000, 2000]);
    const [other] = series.filter((/** @type {any} */ { attributes }) => attributes[0].key === 'otel.metric.overflow');
    assert.equal(other.count, 5000 - 1999);
    assert.equal(metrics.export(), null);
    metrics.again();
    assert.equal(metrics.export()?.points, 2000);
  });
});
