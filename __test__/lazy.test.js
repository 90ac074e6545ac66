'use strict';

/** What is loaded when, and that the program cannot harm it meanwhile. */

const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');

const ROOT = path.join(__dirname, '..');
const LIB = path.join(ROOT, 'lib', path.sep);

/**
 * @param {string} program that prints JSON; `ah` is the package
 * @param {{ flags?: string[], env?: NodeJS.ProcessEnv, root?: string }} [options]
 */
function run(program, { flags = [], env = {}, root = ROOT } = {}) {
  const start = `const lib = ${JSON.stringify(path.join(root, 'lib', path.sep))};
    const loaded = () => Object.keys(require.cache).filter((file) => file.startsWith(lib)).map((file) => file.slice(lib.length).replaceAll('\\\\', '/'));
    const ah = require(${JSON.stringify(root)});`;
  const answer = execFileSync(process.execPath, [...flags, '-e', `${start} ${program}`], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return JSON.parse(answer);
}

/** Everything that is loaded late, used. */
const USE = `
  let heard = 0;
  const hook = ah.createHook({ __proto__: null, init() { heard += 1; }, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
  const resource = new ah.AsyncResource('X');
  const of = resource.runInAsyncScope(() => ah.executionAsyncId());
  const storage = new ah.AsyncLocalStorage({ defaultValue: 'default' });
  const nameless = (() => { try { new ah.AsyncResource(''); return 'made'; } catch (error) { return error.code; } })();
  const answer = [heard > 0, of === resource.asyncId(), nameless, storage.getStore(), storage.run('store', () => storage.getStore())];
  storage.run('kept', () => Promise.resolve().then(() => {
    hook.disable();
    answer.push(storage.getStore());
    console.log(JSON.stringify(answer));
  }));`;
const USED = [true, true, 'ERR_ASYNC_TYPE', 'default', 'store', 'kept'];

describe('hooks and storages are loaded when they are used', () => {
  /** @param {string[]} files */
  const late = (files) => files.filter((file) => /^(storage|record|legacy|hooks\/(?!resource|headroom))/.test(file));

  test('nothing of them with the package', () => {
    assert.deepStrictEqual(late(run('console.log(JSON.stringify(loaded()))')), []);
  });

  test('no storages with hooks', () => {
    const files = late(run('ah.createHook({}); console.log(JSON.stringify(loaded()))'));
    assert.ok(files.includes('hooks/index.js') && files.every((file) => file.startsWith('hooks/')), files.join());
  });

  test('no hooks with storages', () => {
    const files = late(run("new ah.AsyncLocalStorage().run('store', () => {}); console.log(JSON.stringify(loaded()))"));
    assert.ok(files.includes('storage/index.js') && files.every((file) => file.startsWith('storage/')), files.join());
  });
});

test('the storage is a property as any other from its first use on', () => {
  const expected = { writable: true, enumerable: true, configurable: true, isClass: true };
  assert.deepStrictEqual(
    run(`ah.AsyncLocalStorage; const { value, ...rest } = Object.getOwnPropertyDescriptor(ah, 'AsyncLocalStorage');
    console.log(JSON.stringify({ ...rest, isClass: typeof value === 'function' }))`),
    expected,
  );
});

test('the storage can be replaced before its first use, on the module and on what inherits from it', () => {
  assert.deepStrictEqual(
    run(`const child = Object.create(ah); child.AsyncLocalStorage = 1; const before = typeof ah.AsyncLocalStorage;
    ah.AsyncLocalStorage = 2; console.log(JSON.stringify([child.AsyncLocalStorage, before, ah.AsyncLocalStorage]))`),
    [1, 'function', 2],
  );
});

describe('what is loaded late does not depend on', () => {
  /** @type {Record<string, string>} */
  const changes = {
    'the module cache': 'for (const file of Object.keys(require.cache)) delete require.cache[file];',
    'a module cache that takes nothing': 'Object.freeze(require.cache);',
    'the loader': `const { Module } = require('node:module');
      Module._load = Module._resolveFilename = Module.prototype._compile = Module.prototype.require = Module._extensions['.js'] = () => { throw new Error('patched'); };
      process.getBuiltinModule = () => { throw new Error('patched'); };`,
    'the file system':
      "const fs = require('node:fs'); fs.readFileSync = fs.openSync = fs.statSync = fs.existsSync = () => { throw new Error('patched'); };",
    paths: "for (const name of ['join', 'resolve', 'dirname', 'normalize', 'relative']) require('node:path')[name] = () => '';",
    'the environment': 'for (const name of Object.keys(process.env)) delete process.env[name];',
    'the global process': "Object.defineProperty(globalThis, 'process', { value: undefined });",
    // As with Node's own, its storages have to be there.
    'what all objects inherit':
      "require('node:async_hooks').AsyncLocalStorage; Object.assign(Object.prototype, { init: 'x', before: 1, after: 1, destroy: 1, promiseResolve: 1, trackPromises: 1 });",
    'frozen prototypes': `for (const name of Object.getOwnPropertyNames(globalThis)) {
      const value = Object.getOwnPropertyDescriptor(globalThis, name).value;
      if (typeof value === 'function') { Object.freeze(value); Object.freeze(value.prototype); }
    } Object.freeze(Reflect);`,
    'a frozen face': 'Object.freeze(ah);',
    'the folder of the process': "process.chdir(require('node:os').tmpdir());",
  };

  for (const [name, change] of Object.entries(changes)) {
    test(name, () => assert.deepStrictEqual(run(`${change} ${USE}`), USED));
    test(`${name}, with the public carrier of storages, and promises from the feed`, () => {
      assert.deepStrictEqual(run(`${change} ${USE}`, { env: { ASYNC_HOOKS_RS_STORAGE: 'slot', ASYNC_HOOKS_RS_PROMISES: 'feed' } }), USED);
    });
  }

  test('the intrinsics that Node has frozen', () =>
    assert.deepStrictEqual(run(USE, { flags: ['--frozen-intrinsics', '--no-warnings'] }), USED));

  test('code from strings', () => assert.deepStrictEqual(run(USE, { flags: ['--disallow-code-generation-from-strings'] }), USED));

  test('the names of the modules', () => {
    assert.deepStrictEqual(
      run(`for (const file of Object.keys(require.cache)) delete require.cache[file]; ${USE}`, { env: { ASYNC_HOOKS_RS_NAMES: 'real' } }),
      USED,
    );
  });
});

describe('the folder of the package', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-lazy-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** @param {string} name */
  function copy(name) {
    const root = path.join(folder, name);
    for (const file of ['index.js', 'package.json', 'lib', 'async-hooks-rs.node', 'record.js']) {
      fs.cpSync(path.join(ROOT, file), path.join(root, file), { recursive: true });
    }
    return root;
  }

  test('may be gone', () => {
    const root = copy('gone');
    assert.deepStrictEqual(
      run(`require('node:fs').renameSync(${JSON.stringify(root)}, ${JSON.stringify(`${root}.old`)}); ${USE}`, { root }),
      USED,
    );
  });

  test('may have another version in it', () => {
    const root = copy('other');
    const spoil = `const fs = require('node:fs'); for (const file of fs.readdirSync(lib, { recursive: true })) {
      if (file.endsWith('.js')) fs.writeFileSync(lib + file, 'throw new Error("another version")');
    } for (const file of Object.keys(require.cache)) delete require.cache[file];`;
    assert.deepStrictEqual(run(`${spoil} ${USE}`, { root }), USED);
  });

  test('may be gone before the program records', () => {
    const root = copy('recorder');
    const program = `const { record } = require(${JSON.stringify(path.join(root, 'record.js'))});
      require('node:fs').renameSync(${JSON.stringify(root)}, ${JSON.stringify(`${root}.old`)});
      const recorder = record({ file: ${JSON.stringify(path.join(folder, 'a.rec'))} }); new ah.AsyncResource('RECORDED'); console.log(JSON.stringify(recorder.stats().RECORDED.created)); recorder.stop();`;
    assert.strictEqual(run(program, { root }), 1);
  });
});

test('every module that may be loaded late is kept', () => {
  const early = new Set(run('console.log(JSON.stringify(loaded()))'));
  const kept = new Set(
    [...fs.readFileSync(path.join(LIB, 'create.js'), 'utf8').matchAll(/^ {2}'([^']+)',$/gm)].map(([, name]) => `${name}.js`),
  );
  const seen = new Set();
  /** @param {string} file */
  const follow = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = fs.readFileSync(LIB + file, 'utf8');
    for (const [, id] of text.matchAll(/(?<!import\()\brequire\('(\.[^']*)'\)/g))
      follow(`${path.posix.join(path.posix.dirname(file), id)}.js`);
  };
  for (const file of ['hooks/index.js', 'storage/index.js', 'storage/native/index.js']) follow(file);
  // A message for a binary that does not load is not needed later.
  const late = [...seen].filter((file) => !early.has(file) && file !== 'engine/advice.js');
  assert.deepStrictEqual([...kept].sort(), late.sort());
});

test('to load late is no event, and takes no id', () => {
  const answer = run(`
    const builtin = require('node:async_hooks');
    const seen = [];
    builtin.createHook({ init(id, type) { seen.push(type); }, before() { seen.push('before'); }, after() { seen.push('after'); }, destroy() { seen.push('destroy'); } }).enable();
    const next = () => new builtin.AsyncResource('NEXT').asyncId();
    const first = next();
    ah.createHook({}); const hooks = next();
    ah.AsyncLocalStorage; const storages = next();
    console.log(JSON.stringify([hooks - first, storages - hooks, seen]))`);
  assert.deepStrictEqual(answer, [1, 1, ['NEXT', 'NEXT', 'NEXT']]);
});

test('storages are loaded while hooks hear everything', () => {
  for (const env of [{}, { ASYNC_HOOKS_RS_STORAGE: 'slot', ASYNC_HOOKS_RS_PROMISES: 'feed' }]) {
    const answer = run(
      `
      const seen = [];
      ah.createHook({ init(id, type) { seen.push(type); }, before() { seen.push('before'); }, after() { seen.push('after'); }, destroy() { seen.push('destroy'); }, promiseResolve() { seen.push('resolve'); } }).enable();
      const next = () => new ah.AsyncResource('NEXT').asyncId();
      const first = next();
      new ah.AsyncLocalStorage(); const second = next();
      console.log(JSON.stringify([second - first, seen]))`,
      { env },
    );
    assert.deepStrictEqual(answer, [1, ['NEXT', 'NEXT']]);
  }
});

test('in a context, which it leaves as it was', () => {
  assert.strictEqual(
    run(`const { AsyncLocalStorage } = require('node:async_hooks'); const theirs = new AsyncLocalStorage();
    console.log(theirs.run(7, () => { ah.AsyncLocalStorage; ah.createHook({}); return theirs.getStore(); }))`),
    7,
  );
});

test('near the end of the stack either all is loaded or nothing', () => {
  for (const use of ['ah.createHook({})', 'new ah.AsyncLocalStorage()']) {
    const [errors, depths] = run(`
      const errors = new Set(); let depths = 0;
      function down() {
        try { down(); } catch (error) { if (!(error instanceof RangeError)) errors.add(String(error)); }
        try { if (depths < 1e6) { ${use}; depths += 1; } } catch (error) { errors.add(error instanceof RangeError ? 'RangeError' : String(error)); throw error; }
      }
      try { down(); } catch {}
      const first = [[...errors], depths];
      const storage = new ah.AsyncLocalStorage();
      let heard = 0;
      ah.createHook({ init() { heard += 1; } }).enable();
      storage.run(1, () => Promise.resolve().then(() => { if (storage.getStore() !== 1 || heard === 0) first[0].push('harmed'); console.log(JSON.stringify(first)); }));`);
    assert.deepStrictEqual(errors, ['RangeError']);
    assert.ok(depths > 100);
  }
});

test('in a Worker and as an ES module', () => {
  assert.deepStrictEqual(
    run(`const { Worker } = require('node:worker_threads');
    new Worker(${JSON.stringify(`const ah = require(${JSON.stringify(ROOT)}); const console = { log: (text) => require('node:worker_threads').parentPort.postMessage(text) }; ${USE}`)}, { eval: true })
      .on('message', (text) => console.log(text))`),
    USED,
  );
  const program = `import * as ah from ${JSON.stringify(require('node:url').pathToFileURL(path.join(ROOT, 'index.mjs')))}; ${USE}`;
  assert.deepStrictEqual(JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })), USED);
});

test('every two faces, imported by an ES module in either order, are of one instance', () => {
  // The loader of ES modules looks for the exports of CommonJS modules before it runs them.
  const faces = ['index.mjs', 'index.js', 'legacy.mjs', 'legacy.js', 'record.js', 'register.js'].map(
    (name) => pathToFileURL(path.join(ROOT, name)).href,
  );
  for (const one of faces) {
    for (const other of faces.filter((face) => face !== one)) {
      const source = `
        import ${JSON.stringify(one)};
        import ${JSON.stringify(other)};
        import { createHook } from ${JSON.stringify(faces[0])};
        import { createHook as legacy } from ${JSON.stringify(faces[2])};
        console.log(createHook === legacy && typeof createHook === 'function');`;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
      assert.deepStrictEqual([stdout, stderr], ['true\n', ''], source);
    }
  }
});
