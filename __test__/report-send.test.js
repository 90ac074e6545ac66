'use strict';

/** Spans on their way to a collector, which may be busy, refuse, or be nowhere. */

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const { after, before, describe, it } = require('node:test');

const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
const program = path.join(__dirname, '..', 'examples', 'shop', 'shop.js');
const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')));

/** @type {string} */
let folder;
/** @type {string} */
let file;
/** All spans of the recording, as the file has them. */
let spans;

/** @param {string[]} lines of OTLP */
const spansIn = (lines) => lines.flatMap((line) => JSON.parse(line).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans[0].spans));

/**
 * @param {(request: { headers: http.IncomingHttpHeaders, url: string, line: string }, tried: number) => { status: number, headers?: object, text?: string }} answer
 * @param {string[]} args with URL for the address
 * @param {NodeJS.ProcessEnv} [env] the same
 */
async function sendTo(answer, args, env = {}) {
  const seen = [];
  const server = http.createServer(async (request, response) => {
    const parts = await request.toArray();
    const one = { headers: request.headers, url: request.url, line: String(zlib.gunzipSync(Buffer.concat(parts))) };
    seen.push(one);
    const { status, headers = {}, text = '{}' } = answer(one, seen.length);
    response.writeHead(status, headers).end(text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${server.address().port}`;
  const put = (text) => text.replace('URL', address);
  const set = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value)]));
  const child = spawn(process.execPath, [bin, 'report', file, ...args.map(put)], { env: { ...variables, ...set } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const [status] = await once(child, 'close');
  server.close();
  server.closeAllConnections();
  return { seen, status, stdout, stderr, address };
}

describe('report --otlp-endpoint', () => {
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-send-'));
    file = path.join(folder, 'shop.rec');
    assert.equal(spawnSync(process.execPath, [bin, 'record', '-o', file, program], { stdio: 'ignore' }).status, 0);
    const out = path.join(folder, 'shop.otlp');
    assert.equal(spawnSync(process.execPath, [bin, 'report', file, '--otlp', out], { stdio: 'ignore' }).status, 0);
    spans = spansIn(fs.readFileSync(out, 'utf8').trim().split('\n'));
    assert.ok(spans.length > 1000);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('sends every span once, compressed, and tries again where the collector is busy', async () => {
    const busy = { status: 503, headers: { 'Retry-After': '0' } };
    const { seen, status, stdout, stderr, address } = await sendTo(
      (_, tried) => (tried % 3 === 1 ? busy : { status: 200 }),
      ['--otlp-endpoint', 'URL'],
    );
    assert.deepEqual([status, stdout], [0, '']);
    assert.match(stderr, new RegExp(`sent ${spans.length} spans to ${address}\\.`));
    const taken = seen.filter((_, at) => (at + 1) % 3 !== 1);
    assert.deepEqual(spansIn(taken.map(({ line }) => line)), spans);
    assert.ok(seen.every(({ url, headers }) => url === '/v1/traces' && headers['content-type'] === 'application/json'));
  });

  it('takes the address, headers and attributes of the standard variables', async () => {
    const { seen, status } = await sendTo(() => ({ status: 200 }), ['--otlp-endpoint', 'env'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'URL/otlp/',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b, x-tenant=7',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'host.name=web-1,service.name=other',
    });
    assert.equal(status, 0);
    const [{ url, headers, line }] = seen;
    assert.deepEqual([url, headers['x-key'], headers['x-tenant']], ['/otlp/v1/traces', 'a b', '7']);
    const attributes = JSON.parse(line).resourceSpans[0].resource.attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
    const named = Object.fromEntries(attributes);
    assert.deepEqual([named['service.name'], named['host.name'], named['process.runtime.name']], ['shop', 'web-1', 'nodejs']);
    assert.equal(attributes.length, Object.keys(named).length);
    assert.match(named['service.instance.id'], /^[0-9a-f]{16}$/);
  });

  it('says what a collector did not take', async () => {
    const partial = { status: 200, text: JSON.stringify({ partialSuccess: { rejectedSpans: '2' } }) };
    const { status, stderr } = await sendTo((_, tried) => (tried === 1 ? partial : { status: 200 }), ['--otlp-endpoint', 'URL/v1/traces']);
    assert.equal(status, 3);
    assert.match(stderr, new RegExp(`sent ${spans.length - 2} spans .*did not deliver 2\\.`));
  });

  for (const [name, answer, tries] of /** @type {const} */ ([
    ['refuses', { status: 401 }, 1],
    ['stays busy', { status: 429, headers: { 'Retry-After': '0' } }, 6],
  ])) {
    it(`gives up where the collector ${name}, says so, and leaves no file behind`, async () => {
      const temporary = fs.mkdtempSync(path.join(folder, 'tmp-'));
      const { seen, status, stderr, address } = await sendTo(() => answer, ['--otlp-endpoint', 'URL'], { TMPDIR: temporary });
      assert.deepEqual([status, seen.length], [3, tries]);
      assert.match(stderr, new RegExp(`sent 0 spans to ${address}, and did not deliver ${spans.length}\\.`));
      assert.match(stderr, new RegExp(`${address} answered ${answer.status} `));
      assert.deepEqual(fs.readdirSync(temporary), []);
    });
  }

  it('refuses what is no address, and variables that are not set', () => {
    for (const [endpoint, said] of [
      ['localhost:4318', '"localhost:4318" is not an address such as http://localhost:4318'],
      ['', 'neither OTEL_EXPORTER_OTLP_TRACES_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT is set'],
      ['env', 'neither OTEL_EXPORTER_OTLP_TRACES_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT is set'],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [bin, 'report', file, '--otlp-endpoint', endpoint], {
        env: variables,
        encoding: 'utf8',
      });
      assert.equal(status, 2, stderr);
      assert.ok(stderr.includes(said), stderr);
    }
  });
});
