'use strict';
/** The comparison tool: what agrees, and that every kind of fault is found and shown where it is. */

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { after, describe, it } = require('node:test');
const { compare } = require('../lib/compare');

const folder = path.join(__dirname, 'fixtures', 'compare');
/** How a process ends that ends itself by SIGKILL. Windows has no signals. */
const KILLED = process.platform === 'win32' ? 'exit code 1' : 'signal SIGKILL';
const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');

/** @param {string} name */
const script = (name) => path.join(folder, name);

/** @param {string} name */
const moduleFile = (name) => path.join(folder, 'modules', `${name}.js`);

/**
 * @param {string} scriptName
 * @param {string} moduleName
 * @param {Partial<import('../lib/compare').Options>} [options]
 */
function compareWith(scriptName, moduleName, options) {
  return compare({ script: script(scriptName), moduleUnderTest: moduleFile(moduleName), ...options });
}

/** @param {import('../lib/compare').Result} result */
function firstDifference({ status, difference }) {
  assert.equal(status, 'differ');
  assert.ok(difference);
  return difference;
}

/**
 * An empty folder that is gone with the test.
 * @param {import('node:test').TestContext} t
 */
function folderFor(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-test-'));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  return directory;
}

/**
 * @param {string[]} args
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
function cli(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('what is the same agrees', () => {
  for (const name of ['timers.js', 'two-hooks.js', 'module.mjs', 'worker.js', 'garbage.js']) {
    for (const mode of /** @type {const} */ (['separate', 'same-process'])) {
      it(`${name}, ${mode}`, async () => {
        const result = await compareWith(name, 'faithful', { mode });
        assert.equal(result.message, 'they agree', JSON.stringify(result.difference));
        assert.deepEqual([result.agree, result.status], [true, 'agree']);
      });
    }
  }

  it('counts each event of the script and none of the loader', async () => {
    const { counts } = await compareWith('module.mjs', 'faithful');
    // The loader's own promises, which wait for the script, are older than it.
    const { PROMISE, Immediate, Timeout, unannounced, ...others } = counts;
    assert.deepEqual([others, unannounced?.init], [{}, undefined]);
    assert.deepEqual(Immediate, { init: [1, 1], before: [1, 1], after: [1, 1], destroy: [1, 1] });
    assert.deepEqual(Timeout, Immediate);
    assert.ok(PROMISE.init[0] > 0);
  });

  it('waits for the garbage and for what `beforeExit` starts', async () => {
    const { counts } = await compareWith('garbage.js', 'faithful');
    assert.deepEqual(counts.GARBAGE, { init: [20, 20], destroy: [20, 20] });
    assert.deepEqual(counts.KEPT, { init: [1, 1] });
    assert.deepEqual(counts.LAST, { init: [1, 1], destroy: [1, 1] });
    assert.deepEqual(counts.PROMISE.destroy, counts.PROMISE.init);
  });

  it('other ids for the same resources, in processes of their own', async () => {
    const result = await compareWith('timers.js', 'shifts-ids');
    assert.equal(result.message, 'they agree', JSON.stringify(result.difference));
  });

  it('Node options, arguments, the environment and an expected exit code reach the script', async () => {
    const nodeOptions = ['--no-deprecation'];
    const result = await compareWith('prints-options.js', 'faithful', { nodeOptions, env: { COMPARE_TEST: 'set' }, expectExit: 5 });
    assert.equal(result.message, 'they agree');
    const exit = await compareWith('exit.js', 'faithful', { args: ['3'], expectExit: 3 });
    assert.equal(exit.message, 'they agree');
  });

  it('a difference that another pair of runs does not have', async (t) => {
    const directory = folderFor(t);
    const result = await compareWith('first-differs.js', 'faithful', { args: [path.join(directory, 'first')] });
    assert.deepEqual([result.message, result.attempts], ['they agree', 2]);
  });

  it('after more pairs than were asked for, where the runs of the builtin differ too', async (t) => {
    const result = await compareWith('seldom-same.js', 'faithful', { args: [folderFor(t)], attempts: 2 });
    assert.deepEqual([result.message, result.attempts], ['they agree', 5]);
  });
});

describe('a fault is found where it is', () => {
  it('a dropped event', async () => {
    const difference = firstDifference(await compareWith('timers.js', 'drops-after'));
    assert.deepEqual([difference.part, difference.kind], ['thread 0', 'line']);
    assert.match(difference.builtin[0], /^after MANUAL/);
    assert.match(difference.ours[0], /^init Timeout/);
    assert.deepEqual(difference.builtin.slice(1), difference.ours.slice(0, -1));
  });

  it('a repeated destroy', async () => {
    const difference = firstDifference(await compareWith('timers.js', 'repeats-destroy'));
    assert.equal(difference.kind, 'violation');
    assert.match(difference.message, /^only with ours: .*a second destroy of MANUAL #\d/);
  });

  it('a lost destroy', async () => {
    const difference = firstDifference(await compareWith('timers.js', 'loses-destroy'));
    assert.equal(difference.kind, 'destroy');
    assert.match(difference.message, /^destroyed only with the builtin: Timeout #\d+$/);
    assert.match(difference.builtin[0], /^init Timeout/);
  });

  it('a destroy before the init', async () => {
    const { kind, message } = firstDifference(await compareWith('timers.js', 'destroys-early'));
    assert.equal(kind, 'violation');
    assert.match(message, /^only with ours: destroy of Timeout #\d+ before its init$/);
  });

  it('the destroy of a resource that never was', async () => {
    const { kind, message } = firstDifference(await compareWith('timers.js', 'invents-destroy'));
    assert.deepEqual([kind, message], ['violation', 'only with ours: destroy of a resource that no init announced']);
  });

  it('another trigger', async () => {
    const { builtin, ours } = firstDifference(await compareWith('timers.js', 'swaps-trigger'));
    const [, id, trigger] = /^init Timeout (#\d+), trigger (#\d+), in \2, a Timeout$/.exec(builtin[0]) ?? [];
    assert.notEqual(id, trigger);
    assert.equal(ours[0], builtin[0].replace(`trigger ${trigger}`, `trigger ${id}`));
  });

  it('another `this`', async () => {
    const { builtin, ours } = firstDifference(await compareWith('timers.js', 'loses-this'));
    assert.match(builtin[0], /^before Immediate/);
    assert.equal(ours[0], `${builtin[0]}, \`this\` is not the hook`);
  });

  it('another order of hooks', async () => {
    const { before, builtin, ours } = firstDifference(await compareWith('two-hooks.js', 'reorders-hooks'));
    assert.match(String(before.at(-1)), /^init Timeout/);
    assert.match(builtin[0], /^init FIRST/);
    assert.match(ours[0], /^init SECOND/);
  });

  it('another current resource', async () => {
    const { builtin, ours } = firstDifference(await compareWith('timers.js', 'forgets-resource'));
    assert.match(builtin[0], /^before Immediate/);
    assert.equal(ours[0], `${builtin[0]}, with the resource of nobody`);
  });

  it('in a Worker', async () => {
    const difference = firstDifference(await compareWith('worker.js', 'faulty-in-workers'));
    assert.equal(difference.part, 'thread 1');
    assert.match(difference.builtin[0], /^init Timeout/);
  });

  it('in an ES module', async () => {
    const { builtin } = firstDifference(await compareWith('module.mjs', 'swaps-trigger'));
    assert.match(builtin[0], /^init Timeout/);
  });

  it('another output, unless it is ignored', async () => {
    const result = await compareWith('timers.js', 'prints');
    const { part, builtin, ours } = firstDifference(result);
    assert.deepEqual([part, builtin[0], ours[0]], ['stdout', '', 'loaded']);
    assert.deepEqual([result.stable, result.attempts], [true, 3]);
    assert.equal((await compareWith('timers.js', 'prints', { ignoreOutput: true })).status, 'agree');
  });

  it('other numbers or objects in one process, whichever hook is first', async () => {
    for (const order of /** @type {const} */ (['builtin-first', 'ours-first'])) {
      const options = /** @type {const} */ ({ mode: 'same-process', order });
      const shifted = firstDifference(await compareWith('timers.js', 'shifts-ids', options));
      assert.equal(shifted.index, 0);
      const copied = firstDifference(await compareWith('timers.js', 'copies-resource', options));
      assert.match(copied.builtin[0] ?? copied.message, /Timeout/);
    }
  });

  it('and a script that differs from itself is told apart', async () => {
    const result = await compareWith('never-same.js', 'faithful', { attempts: 2 });
    const { index, builtin } = firstDifference(result);
    assert.deepEqual([result.stable, result.attempts, index], [false, 8, 1]);
    assert.match(builtin[0], /^init PROCESS/);
  });
});

describe('a script that fails', () => {
  it('in the same way with both', async () => {
    const result = await compareWith('throws.js', 'faithful');
    assert.deepEqual([result.agree, result.status, result.difference], [false, 'crash', null]);
    assert.equal(result.message, 'the script ended with exit code 1 under both modules, not with 0; everything else agrees');
    assert.match(result.stderr.builtin, /thrown by the script/);
    assert.match(result.stderr.ours, /thrown by the script/);
  });

  it('with one only', async () => {
    const result = await compareWith('timers.js', 'dies', { attempts: 1 });
    assert.equal(result.status, 'crash');
    assert.equal(result.message, `the script ended with exit code 0 (builtin), ${KILLED} (ours)`);
  });

  it('without a word: no events are no agreement', async () => {
    const result = await compareWith('kills-itself.js', 'faithful', { attempts: 1 });
    assert.deepEqual([result.agree, result.status], [false, 'crash']);
    assert.match(result.message, new RegExp(`^the script ended with ${KILLED} under both modules`));
  });

  it('by never ending', async () => {
    const both = await compareWith('hangs.js', 'faithful', { timeout: 1 });
    assert.deepEqual([both.agree, both.status], [false, 'timeout']);
    assert.match(both.message, /did not end within 1 s with both modules/);
    const one = await compareWith('timers.js', 'hangs', { timeout: 5 });
    assert.match(one.message, /did not end within 5 s with ours/);
  });

  it('by not being there', async () => {
    await assert.rejects(compareWith('missing.js', 'faithful'), { code: 'ERR_COMPARE_SCRIPT', message: /missing\.js$/ });
  });
});

describe('the package itself agrees with the builtin', () => {
  for (const name of ['timers.js', 'two-hooks.js', 'module.mjs', 'worker.js', 'garbage.js']) {
    it(name, async () => {
      const result = await compare({ script: script(name) });
      assert.equal(result.message, 'they agree', JSON.stringify(result.difference));
      for (const order of /** @type {const} */ (['builtin-first', 'ours-first'])) {
        const together = await compare({ script: script(name), mode: 'same-process', order });
        assert.equal(together.message, 'they agree', JSON.stringify(together.difference));
      }
    });
  }
});

describe('a script that asks for this package itself', () => {
  const root = path.join(__dirname, '..');
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs compare '));
  after(() => fs.rmSync(directory, { recursive: true }));
  const modules = path.join(directory, 'node_modules');
  fs.mkdirSync(path.join(modules, 'dependency'), { recursive: true });
  fs.symlinkSync(root, path.join(modules, 'async-hooks-rs'), 'junction');
  fs.writeFileSync(path.join(modules, 'dependency', 'index.js'), 'module.exports = require("async-hooks-rs");');
  // Another copy, in the dependency's own folder.
  const copy = path.join(modules, 'dependency', 'node_modules', 'async-hooks-rs');
  fs.mkdirSync(copy, { recursive: true });
  for (const name of fs.readdirSync(root)) {
    if (/^(lib|.*\.js|.*\.mjs|package\.json|.*\.node)$/.test(name))
      fs.cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }

  const body = `
    const storage = new M.AsyncLocalStorage();
    const hook = M.createHook({ init() {}, destroy() {} }).enable();
    storage.run(1, () => setImmediate(async () => {
      await null;
      new M.AsyncResource('OWN').runInAsyncScope(() => console.log(storage.getStore(), M.executionAsyncId() > 0));
      hook.disable();
    }));`;
  /** @type {Record<string, [name: string, text: string]>} */
  const ways = {
    'by require': ['require.js', `const M = require('async-hooks-rs'); ${body}`],
    'by import': ['import.mjs', `import * as M from 'async-hooks-rs'; ${body}`],
    'by import()': ['dynamic.js', `import('async-hooks-rs').then(({ default: M }) => { ${body} });`],
    'by a path': ['path.js', `const M = require(${JSON.stringify(root)}); ${body}`],
    'in a dependency with a copy of its own': ['dependency.js', `const M = require('dependency'); ${body}`],
    'with register, of either copy': [
      'register.js',
      `require('dependency/node_modules/async-hooks-rs/register'); require('async-hooks-rs/register'); const M = require('async_hooks'); ${body}`,
    ],
    'in a Worker': [
      'worker.js',
      `const { Worker, isMainThread } = require('node:worker_threads');
      if (isMainThread) new Worker(__filename); else { const M = require('async-hooks-rs'); ${body} }`,
    ],
  };
  for (const [way, [name, text]] of Object.entries(ways)) {
    // There each import() waits for another thread, and no two runs are the same, whatever is imported.
    const skip = way === 'by import()' && !('registerHooks' in Module) && 'the hooks of the loader have a thread of their own';
    it(`${way}, is compared with the builtin in its place`, { skip }, async () => {
      const file = path.join(directory, name);
      fs.writeFileSync(file, text);
      const result = await compare({ script: file });
      assert.equal(result.message, 'they agree', JSON.stringify(result.difference));
      assert.ok(result.counts.OWN);
      // Where hooks of the loader run in a thread of their own, nobody here sees what is imported.
      const isSeen = name === 'register.js' ? false : !/import/.test(way) || 'registerHooks' in Module;
      assert.equal(
        result.notes.filter((note) => /asks for async-hooks-rs itself.*it got node:async_hooks/.test(note)).length,
        Number(isSeen),
      );
      const together = await compare({ script: file, mode: 'same-process' });
      assert.equal(together.message, 'they agree', JSON.stringify(together.difference));
    });
  }

  it('and not the package in the run with the builtin', async () => {
    const file = path.join(directory, 'which.js');
    fs.writeFileSync(file, 'process.exitCode = require("async-hooks-rs") === require("async_hooks") ? 0 : 9;');
    assert.deepEqual((await compare({ script: file })).exits, { builtin: 'exit code 0', ours: 'exit code 0' });
  });

  it('by its older names, which only this package has', async () => {
    const file = path.join(directory, 'legacy.js');
    fs.writeFileSync(
      file,
      `const M = require('async-hooks-rs/legacy'); const id = M.newAsyncId();
      M.emitInit(id, 'LOW'); M.emitBefore(id); M.emitAfter(id); M.emitDestroy(id); setImmediate(() => {});`,
    );
    const result = await compare({ script: file, attempts: 1 });
    assert.match(String(result.notes), /uses async-hooks-rs\/legacy, which Node has not.*no fault/);
    assert.equal(result.counts.PROBE, undefined);
    const { stdout } = await cli('compare', '--attempts', '1', file);
    assert.match(stdout, /async-hooks-rs\/legacy, which Node has not/);
  });

  it('in options for Node makes no difference', async () => {
    const result = await compare({ script: script('timers.js'), nodeOptions: ['--require', path.join(root, 'register.js')] });
    assert.equal(result.message, 'they agree', JSON.stringify(result.difference));
    assert.deepEqual(result.notes, []);
  });

  it('in NODE_OPTIONS is refused: nothing would be compared', async () => {
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(path.join(root, 'register.js'))}` };
    const result = await compare({ script: script('timers.js'), env });
    assert.deepEqual([result.agree, result.status], [false, 'crash']);
    assert.match(result.message, /loaded before the script, by NODE_OPTIONS\. Leave that out/);
  });
});

describe('the command', () => {
  it('takes options for Node as its help shows them', async () => {
    for (const [text, expected] of [
      ['--expose-gc', 'true'],
      ['--title="a b" --expose-gc', 'a b'],
      ["--title='a b'", 'a b'],
    ]) {
      const { code, stdout, stderr } = await cli('compare', '--node-options', text, '--json', script('tells-options.js'), expected);
      assert.equal(code, 0, stderr || stdout);
    }
  });

  it('prints counts and a verdict, and exits with 0 when they agree', async () => {
    const { code, stdout } = await cli('compare', '--module-under-test', moduleFile('faithful'), script('timers.js'));
    assert.equal(code, 0);
    assert.match(stdout, /^type +init +before +after +destroy +promiseResolve$/m);
    assert.match(stdout, /^Timeout +1 +1 +1 +1 *$/m);
    assert.match(stdout, /timers\.js: they agree\n$/);
  });

  it('shows the first difference with its surroundings, and exits with 1', async () => {
    const { code, stdout } = await cli(
      'compare',
      '--module-under-test',
      moduleFile('swaps-trigger'),
      '--attempts',
      '1',
      script('timers.js'),
    );
    assert.equal(code, 1);
    const [, number] = /^First difference: thread 0, line (\d+)/m.exec(stdout) ?? [];
    assert.match(
      stdout,
      new RegExp(`^ +${Number(number) - 1}  .*\n- +${number}  init Timeout .*(\n- .*)*\n\\+ +${number}  init Timeout `, 'm'),
    );
    assert.match(stdout, /they differ in thread 0\n$/);
  });

  it('answers JSON', async () => {
    const { stdout } = await cli('compare', '--json', '--same-process', '--module-under-test', moduleFile('faithful'), script('timers.js'));
    assert.deepEqual(
      { ...JSON.parse(stdout), counts: null, script: null, stderr: null },
      {
        agree: true,
        status: 'agree',
        message: 'they agree',
        mode: 'same-process',
        attempts: 1,
        differing: [],
        difference: null,
        stable: null,
        notes: [],
        exits: { builtin: 'exit code 0', ours: 'exit code 0' },
        counts: null,
        script: null,
        stderr: null,
      },
    );
  });

  it('exits with 2 when the script fails, with 3 when it does not end', async () => {
    const failed = await cli('compare', '--module-under-test', moduleFile('faithful'), script('exit.js'), '4', '--help');
    assert.equal(failed.code, 2);
    assert.match(failed.stdout, /exit code 4 under both modules/);
    assert.match(failed.stdout, /^--help$/m);
    const late = await cli('compare', '--module-under-test', moduleFile('faithful'), '--timeout', '1', script('hangs.js'));
    assert.equal(late.code, 3);
    assert.match(late.stdout, /did not end within 1 s/);
  });

  for (const [args, expected] of /** @type {const} */ ([
    [[], /No command/],
    [['comparing'], /no command comparing/],
    [['compare'], /No script/],
    [['compare', '--unknown', 'x.js'], /--unknown/],
    [['compare', '--attempts', '0', 'x.js'], /--attempts cannot be "0"/],
    [['compare', '--attempts', '-1', 'x.js'], /--attempts/],
    [['compare', '--timeout', '9999999', 'x.js'], /--timeout cannot be more than 2147483, and 9999999 is/],
    [['compare', '--timeout', 'soon', 'x.js'], /--timeout cannot be "soon"/],
    [['compare', '--expect-exit', '256', 'x.js'], /--expect-exit cannot be more than 255, and 256 is/],
    [['compare', '--json=yes', 'x.js'], /--json/],
    [['compare', '--node-options', 'app.js'], /No script/],
    [['compare', '--node-options', 'app.js', 'x.js'], /--node-options.*"app\.js" is not an option of Node/],
    [['compare', '--node-options', '--title="a', 'x.js'], /--node-options.*nothing closes/],
    [['compare', '--node-options'], /--node-options/],
    [['compare', '--order', 'mine', '--same-process', 'x.js'], /--order must be builtin-first or ours-first, not mine/],
    [['compare', '--order', 'ours-first', 'x.js'], /--order needs --same-process/],
    [['compare', 'missing.js'], /no script missing\.js/],
  ])) {
    it(`exits with 2 after: ${args.join(' ') || 'nothing'}`, async () => {
      const { code, stderr } = await cli(...args);
      assert.equal(code, 2);
      assert.match(stderr, expected);
      assert.match(stderr, /--help/);
      // The error, and where help is: not a page of it.
      if (args[0] === 'compare') assert.match(stderr, /^async-hooks-rs compare: [^]*\nSee "async-hooks-rs compare --help"\.\n$/);
    });
  }
});
