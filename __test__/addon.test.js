'use strict';

/** Loading the addon: what is said when it cannot be, and what it leaves alone. */

const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, test } = require('node:test');

const { loadAddon } = require('../lib/engine/addon');
const { VARIABLE, Failure } = require('../lib/engine/binary');
const { checkRuntime } = require('../lib/node/runtime');

const ROOT = JSON.stringify(require.resolve('..'));
const BINARY = require.resolve('../async-hooks-rs.node');

/** Runs a script in a fresh process and returns what it printed. */
const run = (script, ...options) => execFileSync(process.execPath, [...options, '-e', script]).toString();

test('an unsupported Node is named, with what to do', () => {
  assert.throws(() => checkRuntime({ node: '18.20.4' }), {
    code: 'ERR_ASYNC_HOOKS_RS_NODE',
    message: /needs Node 20 or newer, this is v18\.20\.4\. Use a newer Node/,
  });
  for (const node of ['20.0.0', '22.1.0', '26.10.0', '100.0.0']) checkRuntime({ node });
});

for (const [name, versions] of Object.entries({ Bun: { bun: '1.4.5' }, Deno: { deno: '2.9.6' } })) {
  test(`${name} is refused by name, before anything else can fail`, () => {
    const [[key, version]] = Object.entries(versions);
    for (const entry of ['..', '../legacy', '../record', '../register']) {
      const { stderr, status } = spawnSync(process.execPath, [
        '-e',
        `
        Object.defineProperty(process.versions, ${JSON.stringify(key)}, { value: ${JSON.stringify(version)} });
        require('node:async_hooks').AsyncResource = undefined;
        require(${JSON.stringify(require.resolve(entry))});`,
      ]);
      assert.match(stderr.toString(), new RegExp(`works in Node only, and this is ${name} ${version}\\. Run the program with Node 20`));
      assert.strictEqual(status, 1);
    }
  });
}

test('what an older Node reads first, it can read', () => {
  for (const name of ['index.js', 'lib/instance.js', 'lib/node/loader.js', 'lib/node/runtime.js']) {
    const text = fs.readFileSync(path.join(__dirname, '..', name), 'utf8');
    assert.doesNotMatch(text, /\?\?|\?\.|\bstatic \{|#\w+;/, name);
  }
  // It asks for two files before it asks whether the runtime is the right one.
  const [, ...asked] = fs.readFileSync(require.resolve('../lib/instance'), 'utf8').split('checkRuntime();')[0].split('require(');
  assert.deepStrictEqual(
    asked.map((text) => text.split("'")[1]),
    ['./node/loader', './node/runtime'],
  );
  assert.doesNotMatch(
    fs.readFileSync(require.resolve('../lib/node/loader'), 'utf8').split('// Without newer syntax')[1],
    /require\('node:/,
  );
});

/** The message where one place was tried and said this. */
function messageFor(/** @type {any} */ error, { isBundled = false } = {}) {
  try {
    loadAddon({
      load() {
        throw new AggregateError([new Failure('/a/b.node', error)]);
      },
      isBundled,
      VARIABLE,
    });
  } catch (thrown) {
    assert.strictEqual(thrown.code, 'ERR_ASYNC_HOOKS_RS_BINARY');
    assert.match(thrown.message, /What was tried: \/a\/b\.node \(/);
    assert.ok(thrown.message.includes(`${process.platform}-${process.arch}`));
    return thrown.message;
  }
  assert.fail('loaded');
}

const missing = () => Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
const unloadable = (/** @type {string} */ message) => Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' });

test('a missing binary is named, with where it was looked for and what to do', () => {
  assert.match(messageFor(missing()), /npm install --omit=optional.*Build it with cargo.*npm rebuild.*\/a\/b\.node \(not there\)/);
});

test('in a bundle the advice is about bundling', () => {
  const message = messageFor(missing(), { isBundled: true });
  assert.match(message, /Mark async-hooks-rs as external.*copy async-hooks-rs\.node.*NAPI_RS_NATIVE_LIBRARY_PATH/);
  assert.doesNotMatch(message, /cargo/);
});

// What Linux, macOS and Windows say.
for (const [said, advice] of /** @type {const} */ ([
  ["/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /a/b.node)", /newer C library.*cargo/],
  ['Error relocating /a/b.node: __memcpy_chk: symbol not found', /another C library/],
  ['libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory', /another C library/],
  ['Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /a/b.node)', /another system or processor/],
  ['/a/b.node: cannot open shared object file: Permission denied', /right to read/],
  ['/a/b.node: failed to map segment from shared object: Operation not permitted', /noexec/],
  [
    "dlopen(/a/b.node, 0x0001): tried: '/a/b.node' (mach-o file, but is an incompatible architecture (have 'x86_64', need 'arm64'))",
    /another system or processor/,
  ],
  ['\\\\?\\C:\\a\\b.node is not a valid Win32 application.', /another system or processor/],
  ["Module did not self-register: '/a/b.node'.", /damaged/],
  ['something that nobody foresaw', /install it again.*cargo/],
])) {
  test(`advice for: ${said}`, () => assert.match(messageFor(unloadable(said)), advice));
}

test('addons that are switched off are said to be', () => {
  const { stderr, status } = spawnSync(process.execPath, ['--no-addons', '-e', `require(${ROOT})`]);
  assert.match(stderr.toString(), /addons are switched off in this process: .*--allow-addons/);
  assert.strictEqual(status, 1);
});

describe(`a bad ${VARIABLE}`, { skip: process.platform !== 'linux' && 'files of Linux' }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-test-'));
  after(() => fs.rmSync(folder, { recursive: true }));
  const binary = fs.readFileSync(BINARY);

  /** @type {[string, Buffer | string | undefined, RegExp][]} */
  const cases = [
    ['nothing there', undefined, /full path of a binary.*\(not there\)/],
    ['empty', '', /damaged/],
    ['half of it', binary.subarray(0, binary.length >> 1), /damaged.*file truncated/],
    ['all but its end', binary.subarray(0, -1), /damaged.*file truncated/],
    ['a text', 'not a binary, but long enough to be read as the beginning of one'.repeat(9), /no binary at all/],
    // The words of the header that name the processor, and its width.
    ['for another processor', Buffer.from(binary).fill(0xff, 18, 20), /another system or processor/],
    ['for 32 bits', Buffer.from(binary).fill(1, 4, 5), /another system or processor/],
  ];
  for (const [name, content, advice] of cases) {
    test(name, () => {
      const file = path.join(folder, `${name}.node`);
      if (content !== undefined) fs.writeFileSync(file, content);
      const { stderr, status, signal } = spawnSync(process.execPath, ['-e', `require(${ROOT})`], {
        env: { ...process.env, [VARIABLE]: file },
      });
      assert.deepStrictEqual({ status, signal }, { status: 1, signal: null });
      const [message] = /** @type {RegExpExecArray} */ (/AddonError: .*|Error: NAPI.*/.exec(stderr.toString()));
      assert.ok(message.includes(`${VARIABLE} is ${JSON.stringify(file)}`), message);
      assert.match(message, advice);
      assert.match(message, /unset the variable/);
      // No other file was tried.
      assert.doesNotMatch(message, /async-hooks-rs-linux|cargo/);
    });
  }
});

test('the binary has what its types declare', () => {
  const types = fs.readFileSync(require.resolve('../lib/engine/native.d.ts'), 'utf8');
  const declared = [...types.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  assert.deepStrictEqual(Object.keys(require('../lib/engine/binary').load()).sort(), declared.sort());
  const { FILE, types: constants } = require('../scripts/constants');
  assert.strictEqual(fs.readFileSync(FILE, 'utf8'), constants(), 'npm run constants');
});

test('the functions that are plain Node-API are those that their types declare', () => {
  const types = fs.readFileSync(require.resolve('../lib/engine/functions.d.ts'), 'utf8');
  /** @param {string} name */
  const members = (name) => {
    const [, body] = /** @type {RegExpExecArray} */ (new RegExp(`interface ${name} {\n(.*?)\n}`, 's').exec(types));
    return [...body.matchAll(/^  (\w+)[(:]/gm)].map(([, member]) => member).sort();
  };
  const file = path.join(os.tmpdir(), `async-hooks-rs-functions-${process.pid}.rec`);
  const script = `
    const native = require(${JSON.stringify(require.resolve('../lib/engine/thread'))}).native;
    const { firstSlot, minCapacity } = native.recorderLayout();
    const memory = new Float64Array(new SharedArrayBuffer((firstSlot + minCapacity) * 8));
    const recorder = native.joinRecording(memory, { worker: 0, name: '', filtered: false, samples: true, insists: true },
      { file: ${JSON.stringify(file)}, node: '', argv: [], platform: '', options: '{}' });
    recorder.stop();
    const frames = native.nativeFrames(process.versions.modules);
    console.log(JSON.stringify([Object.keys(recorder).sort(), frames && Object.keys(frames).sort()]));`;
  try {
    const [recorder, frames] = JSON.parse(run(script));
    assert.deepStrictEqual(recorder, members('RecorderFunctions'));
    if (frames !== null) assert.deepStrictEqual(frames, members('NativeFrames'));
  } finally {
    fs.rmSync(file, { force: true });
  }
});

const MAJOR = Number.parseInt(process.versions.node, 10);
const HAS_NATIVE_FRAMES = ['linux', 'darwin'].includes(process.platform) && ['x64', 'arm64'].includes(process.arch);

// A self-test chooses at load. Where it begins to choose the other way, everything works, and slower; nothing else would tell.
test('storages travel as V8 frames where that was tried, and by the slot elsewhere', { skip: ![24, 26].includes(MAJOR) }, () => {
  const script = `console.log(require(${JSON.stringify(require.resolve('../lib/storage/frames/carriers'))}).carrier.isNative);`;
  const choice = (value) => execFileSync(process.execPath, ['-e', script], { env: { ...process.env, ASYNC_HOOKS_RS_STORAGE: value } });
  assert.strictEqual(choice('').toString(), `${HAS_NATIVE_FRAMES}\n`);
  assert.strictEqual(choice('slot').toString(), 'false\n');
});

test('there are no native frames for an ABI on which nobody tried them', () => {
  const script = `
    const { native } = require(${JSON.stringify(require.resolve('../lib/engine/thread'))});
    console.log(JSON.stringify(['1', '', '12'].map((abi) => native.nativeFrames(abi))));`;
  assert.strictEqual(run(script), '[null,null,null]\n');
});

test('memory that does not fit is refused', () => {
  const native = require('../lib/engine/binary').load();
  const script = `
    const native = require(${JSON.stringify(require.resolve('../lib/engine/binary'))}).load();
    for (const memory of [new Float64Array(1), new Uint32Array(${native.layout().slots}), {}, null]) {
      try { native.openThread(memory, () => {}, () => {}, () => {}, () => {}); console.log('opened'); } catch (error) { console.log(error.message); }
    }
    try { native.newAsyncId(); } catch (error) { console.log(error.message); }`;
  const lines = run(script).trim().split('\n');
  assert.strictEqual(lines.length, 5);
  for (const line of lines.slice(0, 4)) assert.match(line, /the memory must be a Float64Array of \d+ slots/);
  assert.match(lines[4], /the thread was not opened/);
});

test('require enables nothing and keeps nothing alive', () => {
  const script = `
    const builtin = require('node:async_hooks');
    const types = [];
    const hook = builtin.createHook({ init(id, type) { types.push(type); } });
    require(${ROOT});
    hook.enable();
    Promise.resolve().then(() => {
      hook.disable();
      console.log(builtin.executionAsyncId() > 0, types.join());
    });`;
  assert.strictEqual(run(script), 'true PROMISE,PROMISE\n');
});

test('after the last hook is disabled nothing is left switched on', () => {
  const script = `
    const ah = require(${ROOT});
    const hooks = [ah.createHook({ init() {} }), ah.createHook({ init() {}, destroy() {}, promiseResolve() {} })];
    for (const hook of hooks) hook.enable();
    for (const hook of hooks) hook.disable();
    setImmediate(() => Promise.resolve().then(() => {
      // Without promise hooks, Node knows no id for a continuation.
      console.log(ah.executionAsyncId(), Object.getOwnPropertySymbols(Promise.resolve()).length);
    }));`;
  assert.strictEqual(run(script), '0 0\n');
});
