'use strict';

/**
 * The package beside others, and in the ways in which Node runs programs. What was seen, with what does not work,
 * is in docs/compatibility.md.
 */

const assert = require('node:assert');
const { execFile, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { BUILT } = require('../lib/engine/targets');
const { twins } = require('./support/twins');
const { patience } = require('../scripts/patience');

const root = path.join(__dirname, '..');
const fixtures = path.join(__dirname, 'fixtures', 'beside');
const REGISTER = 'async-hooks-rs/register';
const LIMIT = patience(60_000);

/** A program's folder, with the package among its dependencies. */
const app = path.join(fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'async-hooks-rs-beside-')), 'app');

before(() => {
  fs.cpSync(fixtures, app, { recursive: true });
  fs.renameSync(path.join(app, 'packages'), path.join(app, 'node_modules'));
  fs.symlinkSync(root, path.join(app, 'node_modules', 'async-hooks-rs'), 'junction');
});

after(() => fs.rmSync(path.dirname(app), { recursive: true, force: true }));

/** @param {Record<string, string>} env */
function environment(env) {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...inherited } = process.env;
  return { ...inherited, NODE_NO_WARNINGS: '1', ...env };
}

/**
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, file?: string }} [options]
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function run(args, { env = {}, file = process.execPath } = {}) {
  return new Promise((resolve) => {
    const options = { cwd: app, env: environment(env), timeout: LIMIT, killSignal: /** @type {const} */ ('SIGKILL') };
    execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? NaN), stdout, stderr });
    });
  });
}

/**
 * @param {string[]} args
 * @param {string} expected
 * @param {Parameters<typeof run>[1]} [options]
 */
async function prints(args, expected, options) {
  assert.deepStrictEqual(await run(args, options), { code: 0, stdout: expected, stderr: '' });
}

describe('two versions in one process', () => {
  before(() => {
    const copy = path.join(app, 'node_modules', 'dependency', 'node_modules', 'async-hooks-rs');
    const manifest = require('../package.json');
    for (const name of manifest.files.filter((/** @type {string} */ each) => /^(index|legacy|register|lib$|.*\.node$)/.test(each))) {
      fs.cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
    }
    fs.writeFileSync(path.join(copy, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.0' }));
  });

  for (const first of ['async-hooks-rs', 'dependency']) {
    test(`are one, ${first} being loaded first`, () => prints(['two-versions.js', first], 'true true\ntrue true store\ntrue true\n'));
  }
});

describe('hooks of node:async_hooks in the same process', () => {
  for (const first of ['builtin', 'ours']) {
    test(`see the same, ${first} being enabled first`, () => prints(['two-modules.js', first], 'builtin,ours\ntrue true true\ntrue\n'));
  }
});

test('a module of a vm context', () => prints(['--experimental-vm-modules', 'vm-module.mjs'], 'inner true\ntrue true true\n'));

describe('NODE_OPTIONS', () => {
  for (const flag of ['--require', '--import']) {
    for (const program of ['program.js', 'program.mjs']) {
      test(`${flag}, ${program}`, () => prints([program], 'registered true true\n', { env: { NODE_OPTIONS: `${flag} ${REGISTER}` } }));
    }
  }
});

describe('another loader', () => {
  for (const [name, flags] of Object.entries({
    'before register': ['--import', './loader.mjs', '--import', REGISTER],
    'after register': ['--import', REGISTER, '--import', './loader.mjs'],
    'after register by require': ['--require', REGISTER, '--import', './loader.mjs'],
  })) {
    test(name, () => prints([...flags, 'loaded.mjs'], '42 true\n'));
  }
});

describe('other processes', () => {
  const registered = { env: { NODE_OPTIONS: `--require ${REGISTER}` } };

  test('cluster, from the command line', () =>
    prints(['--require', REGISTER, 'cluster.js'], 'worker true store true true\nprimary true 0 true\n'));

  test('cluster, from NODE_OPTIONS', () => prints(['cluster.js'], 'worker true store true true\nprimary true 0 true\n', registered));

  test('fork, from the command line', () => prints(['--import', REGISTER, 'fork.js'], 'registered true true\ndone\nexit 0 1\n'));

  test('fork, from NODE_OPTIONS', () => prints(['fork.js'], 'registered true true\ndone\nexit 0 1\n', registered));
});

describe('--permission', () => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  const reading = [flag, '--allow-fs-read=*'];

  for (const load of [[], ['--require', REGISTER]]) {
    test(`without --allow-addons it is said what is missing${load.length > 0 ? ', by register too' : ''}`, async () => {
      const { code, stderr } = await run([...reading, ...load, 'program.js']);
      assert.strictEqual(code, 1);
      assert.match(stderr, /addons are switched off in this process: start Node with --allow-addons/);
    });
  }

  test('with --allow-addons', () => prints([...reading, '--allow-addons', 'program.js'], 'beside true true\n'));

  test('with register', () => prints([...reading, '--allow-addons', '--require', REGISTER, 'program.js'], 'registered true true\n'));
});

test('--watch starts the program, and starts it again when a file of it changes', async () => {
  const child = spawn(process.execPath, ['--watch', '--require', REGISTER, 'program.js'], {
    cwd: app,
    env: environment({}),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  });
  const text = fs.readFileSync(path.join(app, 'program.js'));
  // Node may not watch yet when the program has printed, so it is changed until it runs again.
  const change = () => fs.writeFileSync(path.join(app, 'program.js'), text);
  let output = '';
  let interval;
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    interval ??= output.includes('registered') && setInterval(change, 500);
    if (output.split('registered true true\n').length > 2) break;
  }
  clearInterval(interval || undefined);
  child.kill();
  await once(child, 'exit');
  assert.strictEqual(output.split('registered true true\n').length - 1, 2, output);
});

describe('process.exit() in a callback', { concurrency: true }, () => {
  const kinds = ['resource', 'timer', 'promise'];
  for (const event of ['init', 'before', 'after', 'destroy', 'promiseResolve']) {
    for (const kind of event === 'promiseResolve' ? ['promise'] : kinds) {
      for (const where of ['process', 'thread']) {
        test(`${event} of a ${kind}, in a ${where}`, async () => {
          const script = path.join(fixtures, 'exit-in-hook.js');
          const { builtin, ours } = await twins(script, { args: [event, kind, where], nodeOptions: ['--expose-gc'] });
          assert.deepStrictEqual(ours, builtin);
          assert.match(ours.stdout, where === 'process' ? /^exit 7\n$/ : /^(exit 7\n)?thread 7\n$/);
          assert.strictEqual(ours.code, where === 'process' ? 7 : 0);
        });
      }
    }
  }
});

describe('a single executable application', () => {
  const skip = !optionExists('--build-sea') && 'this Node makes none without another tool';

  test('takes the package from beside it, and its binary from within', { skip }, async () => {
    const executable = path.join(app, process.platform === 'win32' ? 'single.exe' : 'single');
    fs.writeFileSync(
      path.join(app, 'single.json'),
      JSON.stringify({ main: 'single.js', output: executable, disableExperimentalSEAWarning: true, assets: { binary: BUILT } }),
    );
    assert.strictEqual((await run(['--build-sea', 'single.json'])).code, 0);
    await prints([], 'true true true\ntrue true\n', { file: executable });
  });
});

/** @param {string} option that NODE_OPTIONS does not take */
function optionExists(option) {
  return spawnSync(process.execPath, ['--help'], { encoding: 'utf8' }).stdout.includes(option);
}
