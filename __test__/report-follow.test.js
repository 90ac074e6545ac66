'use strict';

/** `report --follow`: spans reach a collector while the program runs, whatever becomes of the program, its file or the collector. */

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');

const { BIN, PRELOAD, newFile, program, runNode, startNode } = require('./support/recorded');
const { Collector, until } = require('./support/collector');

/** Answers, works and ends as it is told, by requests; it writes its port to a file. */
const SERVER = `
const fs = require('node:fs');
const file = process.argv[2];
let asked = 0;
const server = require('node:http').createServer(async (request, response) => {
  asked += 1;
  await new Promise((resolve) => setTimeout(resolve, 2));
  if (request.url === '/long') recorder.mark(require('node:crypto').randomBytes(9000).toString('base64'));
  if (request.url === '/fail') response.statusCode = 500;
  if (request.url !== '/hang') response.end(String(asked));
  if (request.url === '/end') server.close(() => process.exit());
  if (request.url === '/end') server.closeIdleConnections();
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => {
  fs.writeFileSync(file + '.part', String(server.address().port));
  fs.renameSync(file + '.part', file);
});
`;
const server = program(SERVER);
/** The same, that keeps the newest of its recording only, and can fill it. */
const kept = program(`
const { env } = process;
const recorder = require(${JSON.stringify(PRELOAD)}).record({ file: env.KEPT, keep: '1MiB' });
${SERVER}`);

/** A program that is recorded. */
class Served {
  /**
   * @param {import('node:test').TestContext} t
   * @param {string} file
   * @param {string[]} [args]
   * @param {NodeJS.ProcessEnv} [env]
   */
  constructor(t, file, args = ['--require', PRELOAD, server], env = { ASYNC_HOOKS_RS_RECORD_FILE: file }) {
    this.portFile = newFile('.port');
    this.child = startNode([...args, this.portFile], env);
    t.after(() => this.child.kill('SIGKILL'));
  }

  /** @param {string} url */
  async ask(url) {
    await until(() => fs.existsSync(this.portFile), 'the server listens');
    const response = await fetch(`http://127.0.0.1:${fs.readFileSync(this.portFile, 'utf8')}${url}`);
    return Number(await response.text());
  }

  async end() {
    const ended = once(this.child, 'exit');
    await this.ask('/end');
    await ended;
  }

  async kill() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** The command, while it runs. */
class Follow {
  stderr = '';

  /**
   * @param {import('node:test').TestContext} t
   * @param {Collector} collector
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  constructor(t, collector, args, env = {}) {
    this.child = startNode([BIN, 'report', ...args, '--follow', '--otlp-endpoint', collector.address], env);
    this.child.stderr?.on('data', (part) => (this.stderr += part));
    this.closed = once(this.child, 'close');
    t.after(() => this.child.kill('SIGKILL'));
  }

  /** @returns {Promise<number>} the exit code */
  async end() {
    return (await this.closed)[0];
  }
}

/** @param {import('node:test').TestContext} t */
async function collecting(t) {
  const collector = await new Collector().listen();
  t.after(() => collector.close());
  return collector;
}

/** @param {any[]} spans */
const names = (spans) => spans.map(({ name }) => name).sort();
/** @param {any[]} spans */
const ids = (spans) => spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`).sort();

/** @param {string[]} files all spans, as a report has them */
function spansOf(...files) {
  const out = newFile('.otlp');
  assert.equal(runNode([BIN, 'report', ...files, '--otlp', out]).status, 0);
  const lines = fs.readFileSync(out, 'utf8').trim().split('\n');
  return lines.flatMap((line) => JSON.parse(line).resourceSpans.flatMap((/** @type {any} */ { scopeSpans }) => scopeSpans[0].spans));
}

describe('report --follow', () => {
  it('waits for the file, sends requests while the program runs, and ends with the recording', async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    const follow = new Follow(t, collector, [file]);
    await until(() => follow.stderr.includes(`waiting for ${file}`), 'it says that it waits');
    const served = new Served(t, file);
    await served.ask('/user/1');
    await until(() => collector.requests.length === 1, 'the first request is sent');
    assert.equal(served.child.exitCode, null);
    await served.ask('/fail');
    await served.end();
    assert.equal(await follow.end(), 0);
    assert.deepEqual(names(collector.requests), ['GET /end', 'GET /fail', 'GET /user/:id']);
    assert.deepEqual(ids(collector.spans), ids(spansOf(file)));
    assert.match(follow.stderr, new RegExp(`sent ${collector.spans.length} spans to ${collector.address}\\.`));
  });

  it('sends what there is and ends on Ctrl-C, and the program goes on', { skip: process.platform === 'win32' }, async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    const served = new Served(t, file);
    await served.ask('/user/1');
    const hanging = served.ask('/hang').catch(() => {});
    const follow = new Follow(t, collector, [file]);
    await until(() => collector.requests.length === 1, 'the request is sent');
    follow.child.kill('SIGINT');
    assert.equal(await follow.end(), 0);
    assert.match(follow.stderr, /sent \d+ spans/);
    // What has not ended is not sent: it goes on.
    assert.deepEqual(names(collector.requests), ['GET /user/:id']);
    assert.ok(!JSON.stringify(collector.spans).includes('async.alive'));
    assert.equal(await served.ask('/user/2'), 3);
    await served.kill();
    await hanging;
  });

  it('leaves out what had ended before the time of --since, in spans and in metrics', async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    const served = new Served(t, file);
    await served.ask('/user/1');
    await served.ask('/user/2');
    const follow = new Follow(t, collector, [file, '--since', 'now', '--otlp-metrics']);
    const isReady = async () => {
      await served.ask('/later');
      return collector.requests.length > 0;
    };
    while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 100));
    await served.end();
    assert.equal(await follow.end(), 0);
    assert.match(follow.stderr, /left out \d+ spans that had ended before the time of --since/);
    assert.deepEqual([...new Set(names(collector.requests))], ['GET /end', 'GET /later']);
    const counted = collector.metrics.flatMap(({ histogram }) => histogram?.dataPoints ?? []);
    const routes = counted.flatMap(({ attributes }) => attributes.filter((/** @type {any} */ { key }) => key === 'http.route'));
    assert.deepEqual([...new Set(routes.map(({ value }) => value.stringValue))].sort(), ['/end', '/later']);
  });

  it('ends where the process is killed, with what had not ended', async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    const served = new Served(t, file);
    const follow = new Follow(t, collector, [file]);
    await served.ask('/user/1');
    const hanging = served.ask('/hang').catch(() => {});
    await until(() => collector.requests.length === 1, 'the request is sent');
    await served.kill();
    await hanging;
    assert.equal(await follow.end(), 0);
    assert.match(follow.stderr, /the process that wrote .* is gone\./);
    const [hung, ...others] = collector.requests.filter(({ name }) => name === 'GET /hang');
    assert.deepEqual(others, []);
    assert.ok(hung.attributes.some((/** @type {any} */ { key }) => key === 'async.alive'));
    assert.deepEqual(ids(collector.spans), ids(spansOf(file)));
  });

  it('says which signal has ended the process, where the recording says so', { skip: process.platform === 'win32' }, async (t) => {
    const collector = await collecting(t);
    const [file, portFile] = [newFile(), newFile('.port')];
    const follow = new Follow(t, collector, [file]);
    const command = startNode([BIN, 'record', '-o', file, server, portFile]);
    await until(() => fs.existsSync(portFile), 'the server listens');
    process.kill(pidIn(file), 'SIGKILL');
    await once(command, 'exit');
    assert.equal(await follow.end(), 0);
    assert.match(follow.stderr, /SIGKILL has ended the process/);
  });

  it('goes on with another recording that has taken its place', { skip: process.platform === 'win32' }, async (t) => {
    const collector = await collecting(t);
    const [file, other] = [newFile(), newFile()];
    const second = new Served(t, other);
    await second.ask('/second');
    await second.end();
    const first = new Served(t, file);
    await first.ask('/first');
    const follow = new Follow(t, collector, [file]);
    await until(() => collector.requests.length === 1, 'the first one is followed');
    await first.kill();
    fs.renameSync(other, file);
    assert.equal(await follow.end(), 0);
    assert.match(follow.stderr, /is another recording now\./);
    assert.deepEqual(names(collector.requests), ['GET /end', 'GET /first', 'GET /second']);
    const processes = new Set(collector.spans.map(({ resource }) => JSON.stringify(resource)));
    assert.equal(processes.size, 2);
  });

  it('reads each part of a recording of which only the newest is kept, and each request once', async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    const served = new Served(t, file, [kept], { KEPT: file });
    const follow = new Follow(t, collector, [file]);
    let asked = 0;
    /** When the part before the newest one was written last. */
    const parts = new Set();
    // It goes on only when all is read: a part is never gone before.
    while (parts.size < 4) {
      for (let n = 0; n < 20; n++) asked = await served.ask('/long');
      await until(() => collector.requests.length >= asked, `${asked} requests are sent`);
      parts.add(fs.statSync(`${file}.old`, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    }
    await served.end();
    assert.equal(await follow.end(), 0);
    assert.doesNotMatch(follow.stderr, /gone before/);
    assert.equal(collector.requests.length, asked + 1);
    assert.equal(new Set(ids(collector.spans)).size, collector.spans.length);
    assert.equal(new Set(collector.spans.map(({ traceId }) => traceId.slice(0, 16))).size, 1);
    // Of a part that is there before it begins, nothing is left out.
    const later = await collecting(t);
    assert.equal(await new Follow(t, later, [file]).end(), 0);
    assert.ok(later.requests.length > 0 && fs.existsSync(`${file}.old`));
    const known = new Set(ids(collector.requests));
    assert.ok(ids(later.requests).every((id) => known.has(id)));
    assert.deepEqual(ids(later.requests), ids(spansOf(file).filter(({ kind }) => kind === 2)));
  });

  it('keeps spans while the collector is busy, and says so', async (t) => {
    const collector = await collecting(t);
    collector.answer = (tried) => (tried < 3 ? { status: 503, headers: { 'Retry-After': '0' } } : { status: 200 });
    const file = newFile();
    const served = new Served(t, file);
    await served.ask('/user/1');
    await served.end();
    const follow = new Follow(t, collector, [file]);
    assert.equal(await follow.end(), 0);
    assert.deepEqual(ids(collector.spans), ids(spansOf(file)));
  });

  it('says what was not delivered where no collector answers', async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    const served = new Served(t, file);
    await served.ask('/user/1');
    const follow = new Follow(t, collector, [file]);
    collector.close();
    await until(() => follow.stderr.includes('Spans wait meanwhile'), 'it says that the collector does not answer');
    await served.end();
    assert.equal(await follow.end(), 3);
    assert.match(follow.stderr, new RegExp(`sent 0 spans .*, and did not deliver ${spansOf(file).length}\\.\\n`));
  });

  it('follows several recordings at once', async (t) => {
    const collector = await collecting(t);
    const files = [newFile(), newFile()];
    const follow = new Follow(t, collector, files);
    const all = files.map((file) => new Served(t, file));
    for (const served of all) await served.ask('/user/1');
    for (const served of all) await served.end();
    assert.equal(await follow.end(), 0);
    assert.deepEqual(ids(collector.spans), ids(files.flatMap((file) => spansOf(file))));
  });

  it('refuses what is no recording', async (t) => {
    const collector = await collecting(t);
    const file = newFile();
    fs.writeFileSync(file, 'This is a text, and no recording of anything at all.');
    for (const [name, said] of /** @type {const} */ ([
      [file, /is no recording|not a recording/],
      [path.dirname(file), /folder/],
    ])) {
      const follow = new Follow(t, collector, [name]);
      assert.equal(await follow.end(), 3, follow.stderr);
      assert.match(follow.stderr, said);
    }
  });

  it('refuses what does not go with it', () => {
    for (const [args, said] of /** @type {[string[], string][]} */ ([
      [['--follow'], '--follow only applies to sending to a collector: it needs --otlp-endpoint URL.'],
      [['--sample', '1/2'], '--sample only applies to sending to a collector'],
      [['--since', 'now'], '--since only applies to sending to a collector'],
      [['--otlp-endpoint', 'http://localhost:1', '--since', 'yesterday'], '--since=yesterday: it takes now, or a time with its unit'],
      [['--otlp-metrics'], '--otlp-metrics only applies to sending to a collector'],
      [['--follow', '--otlp-endpoint', 'http://a', '--html', 'x.html'], '--follow only sends'],
      [['--follow', '--otlp-endpoint', 'http://a', '--summary'], '--follow only sends'],
      [['--otlp-endpoint', 'http://a', '--sample', '1/0'], '--sample=1/0: it takes all, none, 1/N, slow=TIME and failed'],
      [['--otlp-endpoint', 'http://a', '--sample', 'slow=5'], '--sample slow=5: it takes a time with its unit'],
    ])) {
      const { status, stderr } = runNode([BIN, 'report', 'some.rec', ...args]);
      assert.equal(status, 2, stderr);
      assert.ok(stderr.includes(said), stderr);
    }
  });
});

/** @param {string} file of a recording */
function pidIn(file) {
  const out = newFile('.otlp');
  runNode([BIN, 'report', file, '--otlp', out]);
  const [line] = fs.readFileSync(out, 'utf8').split('\n');
  const { attributes } = JSON.parse(line).resourceSpans[0].resource;
  return Number(attributes.find((/** @type {any} */ { key }) => key === 'process.pid').value.intValue);
}
