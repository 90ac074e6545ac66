'use strict';
// The command line of `async-hooks-rs context`, `--import async-hooks-rs/context`, and what the program notices of either: nothing.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');

const { buildC } = require('./support/addons');
const { patience } = require('../scripts/patience');

const ROOT = path.join(__dirname, '..');
const BIN = path.join(ROOT, 'bin', 'async-hooks-rs.js');
const PRELOAD = path.join(ROOT, 'context.js');
const hasHooks = typeof (/** @type {any} */ (require('node:module')).registerHooks) === 'function';
const stripsTypes = /** @type {any} */ (process.features).typescript === 'strip';
const isWindows = process.platform === 'win32';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-context-test-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
let files = 0;

/**
 * @param {string} source
 * @param {string} [extension]
 */
function program(source, extension = 'js') {
  files += 1;
  const file = path.join(folder, `program${files}.${extension}`);
  fs.writeFileSync(file, source);
  return file;
}

/**
 * @param {string[]} args of Node
 * @param {NodeJS.ProcessEnv} [env]
 */
function node(args, env) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: patience(60_000),
    killSignal: 'SIGKILL',
    cwd: folder,
    env: { ...process.env, NODE_TEST_CONTEXT: '', ASYNC_HOOKS_RS_CONTEXT_CACHE: path.join(folder, 'cache'), ...env },
  });
  return { status, signal, stdout, stderr };
}

/** @param {string[]} args */
const context = (...args) => node([BIN, 'context', ...args]);

const HEAD = `
const { AsyncLocalStorage } = require('node:async_hooks');
const storage = new AsyncLocalStorage();
const waiting = [];
`;
/** One loss, in the line that asks. */
const LOSS = `
storage.run('store', () => {
  waiting.push(() => storage.getStore());
});
setImmediate(() => { for (const each of waiting) each(); END });
`;
/** @param {string} [end] what the program does behind it */
const losing = (end = '') => program(HEAD + LOSS.replace('END', end));
const LOST = /getStore\(\) at program\d+\.js:7 \(storage\) +0 found   1 lost\n\n  lost 1 time \(queue\), like this:\n/;

describe('the end of a program', () => {
  for (const [name, end] of Object.entries({
    'by itself': '',
    'by process.exit': 'setInterval(() => {}, 1000); process.exit(0);',
    'with another exit code': 'process.exitCode = 5;',
    'by an uncaught exception': 'throw new Error("uncaught");',
    'by an unhandled rejection': 'Promise.reject(new Error("unhandled"));',
    ...(isWindows ? {} : { 'by SIGTERM': 'setInterval(() => {}, 1000); process.kill(process.pid, "SIGTERM");' }),
    ...(isWindows ? {} : { 'by SIGINT': 'setInterval(() => {}, 1000); process.kill(process.pid, "SIGINT");' }),
    ...(isWindows
      ? {}
      : { 'by a signal that it handles': 'process.on("SIGTERM", () => process.exit(4)); process.kill(process.pid, "SIGTERM");' }),
  })) {
    test(name, () => {
      const { status, stderr } = context(losing(end));
      assert.match(stderr, LOST);
      assert.strictEqual(status, 1);
    });
  }

  test('the exit code is the program’s where nothing was lost', () => {
    const clean = `${HEAD} storage.run(1, () => storage.getStore());`;
    assert.strictEqual(context(program(clean)).status, 0);
    assert.strictEqual(context(program(`${clean} process.exitCode = 7;`)).status, 7);
    assert.strictEqual(context(program(`${clean} throw 1;`)).status, 1);
    if (isWindows) return;
    const killed = context(program(`${clean} setInterval(() => {}, 1000); process.kill(process.pid, 'SIGTERM');`));
    assert.deepStrictEqual([killed.status, killed.signal], [null, 'SIGTERM']);
    assert.match(killed.stderr, /no context was lost\. 1 call site of getStore\(\): 1 time a store was found/);
  });

  test('a program that is killed, and one that asks for nothing', () => {
    assert.match(context(program('process.kill(process.pid, "SIGKILL")')).stderr, /no Node process has told anything/);
    assert.match(context(program('')).stderr, /nobody called getStore/);
  });
});

describe('what is asked for', () => {
  const two = program(`${HEAD}
const other = new AsyncLocalStorage();
storage.run(1, () => waiting.push(() => storage.getStore()));
other.run(1, () => waiting.push(() => other.getStore()));
setImmediate(() => waiting.forEach((each) => each()));`);

  test('--json', () => {
    const { stdout, status } = context('--json', two);
    const { version, sites, findings, leaks } = JSON.parse(stdout);
    assert.deepStrictEqual([version, status, leaks], [1, 1, []]);
    assert.deepStrictEqual(
      sites.map((/** @type {any} */ { line, column, storage, found, lost }) => [line, column, storage, found, lost]),
      [
        [7, 49, 'storage', 0, 1],
        [8, 45, 'other', 0, 1],
      ],
    );
    assert.deepStrictEqual(
      findings.map((/** @type {any} */ { kind, count, file }) => [kind, count, file]),
      [
        ['queue', 1, fs.realpathSync(two)],
        ['queue', 1, fs.realpathSync(two)],
      ],
    );
    assert.strictEqual(findings[0].way.filter((/** @type {any} */ { mark }) => mark === 'lost here').length, 1);
    assert.strictEqual(findings[0].way.at(-1).store, 'had');
  });

  test('--storage', () => {
    const { stderr, status } = context('--storage', 'other', two);
    assert.match(stderr, /program\d+\.js:8 \(other\)/);
    assert.doesNotMatch(stderr, /\(storage\)/);
    assert.strictEqual(status, 1);
    assert.strictEqual(context('--storage', 'nobody', two).status, 0);
  });

  test('--at', () => {
    const name = path.basename(two);
    const { stderr, status } = context('--at', `${name}:7`, two);
    assert.match(stderr, /program\d+\.js:7 \(storage\)/);
    assert.doesNotMatch(stderr, /\(other\)/);
    assert.strictEqual(status, 1);
    assert.strictEqual(context('--at', `${name}:1`, two).status, 0);
  });

  test('--leaks', () => {
    const leak = program(`${HEAD}
const timers = [];
async function handle(id) {
  timers.push(setInterval(() => {}, 1000));
  await null;
}
(async () => {
  for (let id = 0; id < 3; id++) await storage.run({ id }, handle, id);
  process.exit();
})();`);
    const { stderr, status } = context('--leaks', leak);
    assert.match(stderr, /3 of storage, held by an interval made at program\d+\.js:8, as that of run\(\) at program\d+\.js:12/);
    assert.strictEqual(status, 0);
    const pending = program(`${HEAD}
const http = require('node:http');
const turns = [];
const turn = () => new Promise((resolve) => turns.push(resolve));
const server = http.createServer((request, response) => storage.run({ url: request.url }, async () => {
  response.end('ok');
  await turn();
})).listen(0, '127.0.0.1', async () => {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => http.get({ port: server.address().port, agent: false }, (answer) => answer.resume().on('end', resolve)));
  process.exit();
});`);
    assert.match(
      context('--leaks', pending).stderr,
      /3 of storage, held by a promise that does not settle made at program\d+\.js:\d+, as that of GET \//,
    );
    const none = program(`${HEAD}
(async () => {
  for (let id = 0; id < 3; id++) await storage.run({ id }, async () => { await null; });
  process.exit();
})();`);
    assert.match(context('--leaks', none).stderr, /no store was alive after its run was over/);
  });

  test('wrong usage', () => {
    for (const [args, said] of /** @type {[string[], RegExp][]} */ ([
      [[], /No program is given/],
      [['--leak', two], /no option --leak\. Did you mean --leaks\?/],
      [['--at', 'app.js', two], /it takes FILE:LINE/],
      [['nowhere-to-be-found'], /There is no program nowhere-to-be-found/],
      [['--expose-gc', two], /One for Node stands behind "node"/],
    ])) {
      const { status, stderr } = context(...args);
      assert.match(stderr, said);
      assert.strictEqual(status, 2);
    }
    assert.match(context('--help').stdout, /^Usage: async-hooks-rs context/);
  });
});

describe('ways to start it', () => {
  for (const [name, args] of Object.entries({
    '--import': ['--import', pathToFileURL(PRELOAD).href],
    '--require': ['--require', PRELOAD],
  })) {
    test(`${name} async-hooks-rs/context`, () => {
      const { status, stderr } = node([...args, losing()]);
      assert.match(stderr, LOST);
      assert.strictEqual(status, 1);
      assert.strictEqual(node([...args, losing('process.exit(6);')]).status, 6);
    });
  }

  test('with options in variables', () => {
    const { stderr, status } = node(['--require', PRELOAD, losing()], { ASYNC_HOOKS_RS_CONTEXT_STORAGE: 'none' });
    assert.match(stderr, /nobody called getStore/);
    assert.strictEqual(status, 0);
  });

  test('node with options, and a program by name', () => {
    assert.match(context('node', '--expose-gc', losing('if (typeof gc !== "function") process.exit(9);')).stderr, LOST);
    assert.match(context('--node-options', '--expose-gc', losing('gc();')).stderr, LOST);
  });

  test('Workers and child processes', () => {
    const inWorker = program(`
const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) new Worker(__filename);
else {${HEAD}storage.run(1, () => waiting.push(() => storage.getStore()));
setImmediate(() => waiting[0]());}`);
    assert.match(context(inWorker).stderr, /0 found   1 lost/);
    assert.match(node(['--require', PRELOAD, inWorker]).stderr, /0 found   1 lost/);
    const child = program(`require('node:child_process').fork(${JSON.stringify(losing())});`);
    assert.match(context(child).stderr, LOST);
  });

  test('an ES module', { skip: !hasHooks }, () => {
    const { stderr, status } = context(
      program(`${HEAD.replace(/const \{(.*)\} = require\((.*)\)/, 'import {$1} from $2')}${LOSS.replace('END', '')}`, 'mjs'),
    );
    assert.match(stderr, /program\d+\.mjs:7 \(storage\) +0 found   1 lost/);
    assert.strictEqual(status, 1);
  });

  test('TypeScript', { skip: !hasHooks || !stripsTypes }, () => {
    const types = program(
      `import { AsyncLocalStorage } from 'node:async_hooks';
interface Store { id: number }
const requestId = new AsyncLocalStorage<Store>();
const waiting: Array<() => void> = [];
requestId.run({ id: 1 }, (): void => {
  waiting.push((): void => console.log((requestId.getStore() as Store | undefined)?.id));
});
setImmediate((): void => waiting[0]());`,
      'mts',
    );
    const { stdout, stderr, status } = context(types);
    assert.strictEqual(stdout, 'undefined\n');
    assert.match(stderr, /program\d+\.mts:6 \(requestId\) +0 found   1 lost/);
    assert.strictEqual(status, 1);
  });

  test('ES modules are said not to be seen where Node has no hooks for them', { skip: hasHooks }, () => {
    assert.match(context(losing()).stderr, /no module\.registerHooks/);
  });
});

describe('what a program notices', () => {
  const outputs = (/** @type {string} */ source, extension = 'js') => {
    const file = program(source, extension);
    const plain = node([file]);
    const followed = context(file);
    assert.strictEqual(followed.stdout, plain.stdout);
    assert.strictEqual(followed.status, plain.status);
    return plain.stdout;
  };

  test('its listeners, its globals and the shape of the classes are as they were', () => {
    const said = outputs(`
const { AsyncLocalStorage } = require('node:async_hooks');
const { EventEmitter } = require('node:events');
console.log(process.eventNames().filter((name) => name !== 'exit').length, process.listenerCount('SIGTERM'));
console.log(Object.keys(globalThis).length, AsyncLocalStorage.name, AsyncLocalStorage.prototype.constructor === AsyncLocalStorage);
console.log(Object.getOwnPropertyNames(EventEmitter.prototype).join(), EventEmitter.prototype.on.name, EventEmitter.prototype.on.length);
console.log(EventEmitter.prototype.on === EventEmitter.prototype.addListener, Object.keys(EventEmitter.prototype).length);
const s = new AsyncLocalStorage();
console.log(s instanceof AsyncLocalStorage, s.run(1, (a, b) => [s.getStore(), a, b], 2, 3), s.exit(() => s.getStore()));
class Sub extends AsyncLocalStorage { getStore() { return [super.getStore()]; } }
console.log(new Sub().run(1, function () { return [this === undefined || this === null || this === globalThis, new Sub().getStore()]; }));
try { s.run(1, () => { throw new Error('thrown'); }); } catch (error) { console.log(error.message, s.getStore()); }
const f = AsyncLocalStorage.bind((x) => [x, s.getStore()]);
console.log(s.run(5, () => f(1)), s.run(6, () => AsyncLocalStorage.snapshot())(() => s.getStore()));
const o = Object.create(s); console.log(o.run(7, () => o.getStore()));
`);
    assert.match(said, /true \[ 1, 2, 3 \]/);
  });

  test('an endless recursion is caught as ever', () => {
    outputs(`
const { AsyncLocalStorage } = require('node:async_hooks');
const s = new AsyncLocalStorage();
function down() { return (() => s.run({}, () => down()))(); }
try { down(); } catch (error) { console.log(error instanceof RangeError, s.getStore()); }
const e = new (require('node:events'))();
function on() { e.on('x', on); return (() => on())(); }
e.setMaxListeners(0);
try { on(); } catch (error) { console.log(error.constructor.name); }
`);
  });

  test('its Error may be changed or frozen', () => {
    outputs(`
Error.prepareStackTrace = () => 'mine';
Error.stackTraceLimit = 1;
Object.freeze(Error);
Array.prototype.filter = () => { throw new Error('patched'); };
const { AsyncLocalStorage } = require('node:async_hooks');
const s = new AsyncLocalStorage();
console.log(s.run(1, () => s.getStore()), new Error('x').stack);
`);
  });
});

test('an option that Node does not take from its environment is refused before a program that is not Node starts', () => {
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'context', '--node-options', '--check', 'npm'], { encoding: 'utf8' });
  assert.strictEqual(status, 2);
  assert.match(
    stderr,
    /^async-hooks-rs context: Node only takes --check on its own command line, as in "context node --check app\.js"\.$/m,
  );
});

describe('a callback of a native addon', { skip: buildC().skip }, () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  /** Where Node loses contexts in callbacks of addons. */
  const isLossy = major > 24 || (major === 24 && minor >= 12);
  const source = `const { AsyncLocalStorage } = require('node:async_hooks');
    const addon = require(${JSON.stringify(buildC().file)});
    const storage = new AsyncLocalStorage();
    storage.run('a', () => addon.asyncWork(() => console.log(storage.getStore())));`;

  test('is told as one, where Node loses its store', () => {
    const { status, stdout } = context('--json', program(source));
    const {
      sites: [site],
      findings: [finding],
    } = JSON.parse(stdout.slice(stdout.indexOf('{')));
    assert.equal(status, isLossy ? 1 : 0);
    assert.equal(site.lost, isLossy ? 1 : 0);
    if (!isLossy) return;
    assert.equal(finding.kind, 'native');
    assert.match(finding.remedy, /AsyncResource\.bind.*native addon.*register it is kept/);
  });
});
