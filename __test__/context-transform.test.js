'use strict';
// The transform of `async-hooks-rs context`: programs do what they did, line by line, and their functions give their own text.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, test } = require('node:test');
const { Script, createContext } = require('node:vm');

const { Literals } = require('../lib/context/literals');
const { GLOBAL, idOf, withoutMarks } = require('../lib/context/marks');
const { parse } = require('../lib/context/parse');
const { transform } = require('../lib/context/transform');
const { Cache } = require('../lib/context/cache');
const { patience } = require('../scripts/patience');

const PRELOAD = path.join(__dirname, '..', 'context.js');

/** Bodies of functions that answer something, or a promise of it. @type {Record<string, string>} */
const CASES = {
  'a directive without a semicolon': `function f() { 'use strict'\n const g = () => this\n return [this === undefined, g()] }\n return f()`,
  'a directive alone': `function f() { 'use strict' }\n return f()`,
  'sloppy arguments follow the parameters': `function f(a) { a = 2; return [() => a, arguments[0]][1] }\n return f(1)`,
  'default parameters with functions': `const x = 1; function f(a = () => x, b = (() => a)()) { const x = 2; return [a(), b(), (() => x)()] }\n return f()`,
  'the length and name of functions': `function* g(a, b) { yield () => a }\n const h = (a, ...b) => () => b;\n return [g.length, g.name, h.length, h.name]`,
  'a generator with arguments': `function* g() { yield arguments.length; yield () => 1 }\n return [...g(1, 2)].length`,
  'a generator that gets more than it takes': `function* g(a) { yield a; const f = () => a; yield f() }\n return [...g(1, 2, 3)]`,
  'a generator in strict mode': `'use strict'; function* g(a) { const f = () => a; yield f(); yield* [2, 3].map((b) => f() + b) }\n return [...g(1, 9)]`,
  'a generator with a directive': `function* g(a) { 'use strict'; yield (() => a)() }\n return [...g(1)]`,
  'a generator with a trailing comma': `'use strict'; function* g(a, b,) { yield (() => a + b)() }\n return [...g(1, 2)]`,
  'what yield answers': `const o = () => { function* g() { const f = () => 1; const a = yield f(); return a + (yield) }\n const i = g(); return [i.next(), i.next(2), i.next(3)] }; return o()`,
  'an async generator': `async function* g() { const f = () => 1; yield await f(); yield 2 }\n return (async () => { const all = []; for await (const x of g()) all.push(x); return all })()`,
  'for await without a block': `return (async () => { const all = []; const f = async () => { for await (const x of [1, (async () => 2)()]) all.push(x) }; await f(); return all })()`,
  'await in every place': `return (async () => { const f = async (x) => { const g = () => x; const { a = await g() } = {}; if (await a) return [await a, (await [1])[0], \`\${await a}\`, await a ? await 1 : 2] }; return f(3) })()`,
  'arrows with expressions': `const f = (x) => (y) => ({ x, y }), g = a => /* => */ b => // =>\n a + b, h = async x => await x, i = () => [() => 1][0]();\n return (async () => [f(1)(2), g(1)(2), await h(3), i()])()`,
  'an arrow that gives a sequence': `const f = (a) => (a, () => a); return f(2)()`,
  'this, super and new.target in arrows': `class A { m() { return 'a' } }\n class B extends A { constructor() { const make = () => super(); make(); this.t = (() => new.target.name)() }\n m() { return (() => super.m() + 'b')() } }\n const b = new B(); return [b.m(), b.t]`,
  'fields, private ones and static blocks': `class A { #p = () => this; f = () => this.#p() === this; static s = (() => 1)(); static { this.t = (() => 2)() }\n ['c' + 1] = () => 3; get g() { return (() => this.f())() } set g(v) { this.v = (() => v)() } static async *h() { yield (() => 4)() } }\n const a = new A(); a.g = 5; return [a.f(), A.s, A.t, a.c1(), a.g, a.v]`,
  'a class in a function with functions in its fields': `function f(v) { return class { x = () => v; m() { return (() => v)() } } }\n const o = new (f(7))(); return [o.x(), o.m()]`,
  'hoisted functions that are called before': `return (() => { const r = g(); function g() { return (() => 1)() } return r })()`,
  'enterWith in a chain': `const s = null; return [s?.enterWith(1), s?.enterWith(1)?.x, (() => 1)()]`,
  'enterWith before functions': `const s = { enterWith: () => undefined, withScope: () => 3 }; const a = () => 1; const f = () => { const b = () => 2; const r = s.enterWith(1); const c = () => b() + 1; const w = s.withScope(1); return [r, c(), w, (() => 5)()] }; return [a(), f()]`,
  'labels, switches and loops with closures': `const all = []; const f = () => { outer: for (let i = 0; i < 3; i++) { for (const j of [0, 1]) { if (j) continue outer; all.push(() => i + j) } } switch (1) { case 1: { const x = () => 9; all.push(x) } } }; f(); return all.map((g) => g())`,
  'no semicolons': `const a = () => 1\n const b = async () => {\n const c = () => 2\n await c()\n return [await a(), c()]\n }\n return b()`,
  'getters and methods of objects': `const o = { get a() { return (() => 1)() }, async b() { return (() => 2)() }, *c() { yield (() => 3)() }, ['d']() { return (() => 4)() }, 'e f'() { return (() => 5)() } };\n return (async () => [o.a, await o.b(), [...o.c()], o.d(), o['e f']()])()`,
  'the text of functions': `function /* a */ f(a, b = () => a) { 'use strict2'; const g = async () => await a; return [g, b] }\n const [g, b] = f(1); class C { m() { return () => this } }\n return [f, g, b, C, C.prototype.m, (x) => (y) => x].map(String)`,
  'a function that is sent elsewhere': `function send(a) { const f = () => a + 1; return f() }\n return new Function('return (' + send + ')(1)')()`,
  'eval in a function': `function f(a) { const g = () => a; var r = eval('a + g()'); return r }\n return f(2)`,
};

/** @param {string} body */
async function result(body) {
  // As `context` gives it: the text is the program's.
  const realm = createContext({ [GLOBAL]: announcer, undo: withoutMarks });
  new Script(
    `{ const { toString } = Function.prototype; Function.prototype.toString = function () { return undo(toString.call(this)) } }`,
  ).runInContext(realm);
  const value = await new Script(`(function () {${body}\n})()`).runInContext(realm);
  return JSON.parse(JSON.stringify(value ?? null));
}

/** @type {number[]} */
const announced = [];
const announcer = {
  n: () => ({}),
  a: (/** @type {unknown} */ born, /** @type {number} */ number) => void announced.push(number),
  w: (/** @type {unknown} */ value, /** @type {unknown} */ born, /** @type {number} */ number) => (announced.push(number), value),
  r: (/** @type {unknown} */ value) => value,
};

describe('what a program does', () => {
  for (const [name, body] of Object.entries(CASES)) {
    test(name, async () => {
      const transformed = transform(body, 'ftag', false);
      assert.ok(transformed !== null, 'it does not parse');
      assert.notStrictEqual(transformed, body);
      assert.strictEqual(withoutMarks(transformed), body);
      assert.strictEqual(transformed.split('\n').length, body.split('\n').length);
      assert.deepStrictEqual(await result(transformed), await result(body));
    });
  }

  test('a function inside says that it runs, at its head and behind each await and yield', async () => {
    const numbers = async (/** @type {string} */ body) => {
      announced.length = 0;
      await result(/** @type {string} */ (transform(body, 'ftag', false)));
      return [...announced];
    };
    assert.deepStrictEqual(await numbers('const f = () => { const g = () => 1; return g() }; return f()'), [1]);
    assert.deepStrictEqual(
      await numbers('const f = () => { const g = async () => { await 1; await 2 }; return g() }; return f()'),
      [1, 1, 1],
    );
    assert.deepStrictEqual(await numbers("'use strict'; function* f() { yield 1; yield 2 } return [...f()]"), [0, 0, 0]);
  });
});

describe('what is left alone', () => {
  for (const [name, source] of Object.entries({
    'no JavaScript': 'const = 1',
    'a with statement': 'with ({}) { (() => 1)() }',
    'a source that is transformed already': /** @type {string} */ (transform('() => () => 1', 'ftag', false)),
    TypeScript: 'const a: number = (() => 1)()',
  })) {
    test(name, () => assert.strictEqual(transform(source, 'ftag', false), null));
  }

  test('the first lines of a script', () => {
    const source = '#!/usr/bin/env node\n"use strict";\nfunction f() { return () => 1 }\nreturn f';
    const transformed = String(transform(source, 'ftag', false));
    assert.ok(transformed.startsWith('#!/usr/bin/env node\n"use strict";\n'));
  });

  test('await at the top of an ES module', () => {
    const source = 'const a = await (async () => 1)();\nexport default a;';
    const transformed = String(transform(source, 'ftag', true));
    assert.ok(parse(transformed, true) !== null);
    assert.ok(transformed.startsWith('const a = await '));
  });
});

test('the numbers of functions are those of the transform, in all files of the package and of what it is built with', () => {
  const folders = ['lib', 'tasks', '__test__/corpus', 'node_modules/acorn/dist', 'node_modules/eslint/lib', 'node_modules/acorn-jsx'];
  let count = 0;
  for (const folder of folders) {
    const root = path.join(__dirname, '..', folder);
    for (const name of fs.readdirSync(root, { encoding: 'utf8', recursive: true })) {
      if (!/\.[cm]?js$/.test(name) || name.includes('node_modules')) continue;
      const source = fs.readFileSync(path.join(root, name), 'utf8');
      const isModule = parse(source, false) === null;
      const transformed = transform(source, 'ftag', isModule);
      if (transformed === null) continue;
      count += 1;
      assert.ok(parse(transformed, isModule) !== null, name);
      assert.strictEqual(withoutMarks(transformed), source, name);
      const { all } = new Literals(name, source, isModule);
      for (const { 1: number, index } of transformed.matchAll(/\/\*@<ftag:(\d+)\*\//g)) {
        const literal = all[Number(number)];
        const at = withoutMarks(transformed.slice(0, index)).length;
        assert.ok(literal.start < at && at <= literal.end, `${name}: ${number}`);
      }
    }
  }
  assert.ok(count > 300, `${count} files`);
});

test('a function is known by its text', () => {
  const transformed = String(transform('function f() { return () => 1 }', 'ftag', false));
  assert.deepStrictEqual(idOf(transformed), { tag: 'ftag', number: 0 });
  assert.strictEqual(idOf('() => 1'), null);
});

describe('in a program', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-transform-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

  /**
   * @param {string} name
   * @param {string} source
   * @param {NodeJS.ProcessEnv} [env]
   */
  function run(name, source, env) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, source);
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--require', PRELOAD, file], {
      encoding: 'utf8',
      timeout: patience(60_000),
      env: { ...process.env, NODE_TEST_CONTEXT: '', ASYNC_HOOKS_RS_CONTEXT_CACHE: path.join(folder, 'cache'), ...env },
    });
    return { stdout, stderr, status };
  }

  test('functions give their own text, and toString itself does', () => {
    const source = `function f(a) { return () => a }
console.log(f.toString(), String(f(1)), \`\${f}\`, Function.prototype.toString.toString(), Function.prototype.toString.name);
console.log(Object.keys(globalThis).filter((key) => key.includes('async')).length);
try { Function.prototype.toString.call({}) } catch (error) { console.log(error.constructor.name) }`;
    const { stdout, status } = run('text.js', source);
    assert.strictEqual(status, 0);
    assert.strictEqual(
      stdout,
      'function f(a) { return () => a } () => a function f(a) { return () => a } function toString() { [native code] } toString\n0\nTypeError\n',
    );
  });

  test('lines of errors are those of the source', () => {
    const { stdout } = run(
      'lines.js',
      `function f() {\n  const g = () => {\n    throw new Error('here')\n  }\n  g()\n}\ntry { f() } catch (error) { console.log(error.stack.match(/lines\\.js:\\d+/g).join()) }`,
    );
    assert.match(stdout, /^lines\.js:3,lines\.js:5,lines\.js:7/);
  });

  test(
    'a cache that somebody else may write is not used, and one that is damaged is not believed',
    { skip: process.platform === 'win32' },
    () => {
      const open = path.join(folder, 'open');
      fs.mkdirSync(open);
      const cache = new Cache(open);
      cache.write('key', 'content');
      assert.strictEqual(cache.read('key'), 'content');
      const [inside] = fs.readdirSync(open);
      assert.strictEqual(fs.statSync(path.join(open, inside)).mode & 0o777, 0o700);
      assert.strictEqual(fs.statSync(path.join(open, inside, 'key')).mode & 0o777, 0o600);
      fs.appendFileSync(path.join(open, inside, 'key'), 'more');
      assert.strictEqual(cache.read('key'), null);
      fs.chmodSync(path.join(open, inside), 0o777);
      const other = new Cache(open);
      other.write('key2', 'content');
      assert.ok(!fs.existsSync(path.join(open, inside, 'key2')));
      assert.strictEqual(new Cache('0').read('key'), null);
    },
  );

  test('what is in the cache is used', () => {
    const env = { ASYNC_HOOKS_RS_CONTEXT_CACHE: path.join(folder, 'used') };
    const source = 'const f = () => () => 1;\nconsole.log(f()());';
    assert.strictEqual(run('cached.js', source, env).stdout, '1\n');
    const [version] = fs.readdirSync(path.join(folder, 'used'));
    const files = fs.readdirSync(path.join(folder, 'used', version));
    assert.strictEqual(files.length, 1);
    assert.strictEqual(run('cached.js', source, env).stdout, '1\n');
    assert.deepStrictEqual(fs.readdirSync(path.join(folder, 'used', version)), files);
  });
});
