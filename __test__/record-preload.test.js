'use strict';
// A recording that a flag asks for begins, however the flag names the recorder; one that does not begin is told on stderr; and
// the program runs either way.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { pathToFileURL } = require('node:url');
const { PRELOAD, ROOT, newFile, program, readRecording, runNode } = require('./support/recorded');
const { spawnSync } = require('node:child_process');

const isWindows = process.platform === 'win32';
const APP = program('setTimeout(() => process.stdout.write("ran"), 1);');

/**
 * @param {string} name
 * @returns {string} a folder of that name with the package in it
 */
function packageIn(name) {
  const folder = path.join(newFile(''), name);
  for (const part of ['bin', 'lib', 'record.js', 'index.js', 'package.json', 'async-hooks-rs.node']) {
    fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  return folder;
}

/** @returns {string} a folder in which `async-hooks-rs` is installed as `npm link` and pnpm do it */
function folderWithLink() {
  const folder = newFile('');
  fs.mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
  fs.symlinkSync(ROOT, path.join(folder, 'node_modules', 'async-hooks-rs'), 'junction');
  return folder;
}

/**
 * Runs the program with flags, and asserts that it is recorded and nothing else is said.
 * @param {string[]} flags
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, app?: string }} [where]
 */
function assertRecorded(flags, { cwd, env, app = APP } = {}) {
  const file = newFile();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, app], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: '', ...env, ASYNC_HOOKS_RS_RECORD_FILE: file },
  });
  const what = `${flags.join(' ')} ${env?.NODE_OPTIONS ?? ''}`;
  assert.deepStrictEqual([status, stdout, stderr], [0, 'ran', ''], what);
  assert.ok(fs.existsSync(file), what);
  const { events } = readRecording(file);
  assert.ok(
    events.some(({ type }) => type === 'Timeout'),
    what,
  );
  return events;
}

/**
 * As Node reads it.
 * @param {string} text
 */
function quoted(text) {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const names = ['with space', isWindows ? 'ü 漢 %20 #' : 'ü 漢 %20 #? "quoted" it\'s'];
for (const name of names) {
  test(`a folder called ${name}`, () => {
    const folder = packageIn(name);
    const file = path.join(folder, 'record.js');
    assertRecorded([`--import=${pathToFileURL(file)}`]);
    assertRecorded([], { env: { NODE_OPTIONS: `--no-warnings --require ${quoted(file)}` } });
    assertRecorded([], { env: { NODE_OPTIONS: `--import=${quoted(pathToFileURL(file).href)}` } });
    const out = newFile();
    const args = [path.join(folder, 'bin', 'async-hooks-rs.js'), 'record', '--children', '-o', out, APP];
    const { status, stdout, stderr } = runNode(args);
    assert.deepStrictEqual([status, stdout], [0, 'ran'], stderr);
    assert.ok(readRecording(out).events.length > 0);
  });
}

test('through links, without an extension, relative, by the name of the package', () => {
  const cwd = folderWithLink();
  const link = path.join(cwd, 'node_modules', 'async-hooks-rs');
  const alias = path.join(cwd, 'alias.js');
  fs.symlinkSync(PRELOAD, alias);
  const url = pathToFileURL(path.join(link, 'record.js')).href;
  for (const flags of [
    ['--require', path.join(link, 'record')],
    ['-r', './node_modules/async-hooks-rs/record'],
    ['--require=async-hooks-rs/record'],
    ['--require', alias],
    ['--preserve-symlinks', '--require', path.join(link, 'record.js')],
    ['--preserve-symlinks', '--import', 'async-hooks-rs/record'],
    ['--import', 'async-hooks-rs/record'],
    ['--import=./node_modules/async-hooks-rs/record.js'],
    // On Windows Node takes the drive for a scheme.
    ...(isWindows ? [] : [['--import', link + '/record.js']]),
    ['--import', url],
    ['--import', url.replace('record.js', '%72ecord.js')],
    ['--import', './alias.js'],
  ])
    assertRecorded(flags, { cwd });
  for (const options of [
    '-r async-hooks-rs/record',
    '--require="./node_modules/async-hooks-rs/record"',
    '--import  "async-hooks-rs/"record',
  ]) {
    assertRecorded([], { cwd, env: { NODE_OPTIONS: options } });
  }
});

test('an ES module as the program', () => {
  const app = newFile('.mjs');
  fs.writeFileSync(app, 'setTimeout(() => process.stdout.write("ran"), 1);');
  assertRecorded(['--import', pathToFileURL(PRELOAD).href], { app });
});

test('a configuration file of Node', { skip: !process.allowedNodeEnvironmentFlags.has('--experimental-config-file') }, () => {
  for (const flag of ['require', 'import']) {
    const config = newFile('.json');
    fs.writeFileSync(config, JSON.stringify({ nodeOptions: { [flag]: [flag === 'import' ? pathToFileURL(PRELOAD).href : PRELOAD] } }));
    assertRecorded(['--no-warnings', `--experimental-config-file=${config}`]);
  }
});

test('Workers, with flags and an environment of their own', () => {
  const cwd = folderWithLink();
  const app = program(`
    const { Worker } = require('node:worker_threads');
    const source = 'setTimeout(() => {}, 1)';
    new Worker(source, { eval: true, env: {}, execArgv: ['--require', 'async-hooks-rs/record'] });
    new Worker(source, { eval: true });
    process.on('exit', () => process.stdout.write('ran'));`);
  const count = (/** @type {{ type?: string, thread: number }[]} */ events) =>
    new Set(events.filter(({ type }) => type === 'Timeout').map(({ thread }) => thread)).size;
  const events = assertRecorded(['--require', './node_modules/async-hooks-rs/record', '--no-warnings'], {
    cwd,
    app: program(`setTimeout(() => {}, 1);\n${fs.readFileSync(app, 'utf8')}`),
  });
  assert.strictEqual(count(events), 3);
  assert.strictEqual(fs.readdirSync(cwd).filter((name) => name.endsWith('.rec')).length, 0);
  // Of the two, only one has the flag, and the process has none.
  assert.strictEqual(
    count(assertRecorded([], { cwd, app: program(fs.readFileSync(app, 'utf8').replace('env: {}', 'env: process.env')) })),
    1,
  );
});

test('a module that is preloaded records with options of its own', () => {
  const file = newFile();
  const wrapper = program(`require(${JSON.stringify(PRELOAD)}).record({ file: ${JSON.stringify(file)}, types: ['Timeout'] });`);
  const { status, stderr } = runNode(['--require', wrapper, APP]);
  assert.deepStrictEqual([status, stderr], [0, '']);
  assert.deepStrictEqual([...new Set(readRecording(file).events.map(({ type }) => type))].filter(Boolean), ['Timeout']);
});

test('where the addon does not load, stderr says so and the program runs', () => {
  for (const flags of [
    ['--require', PRELOAD],
    ['--import', pathToFileURL(PRELOAD).href],
  ]) {
    const { status, stdout, stderr } = runNode(['--no-addons', ...flags, APP]);
    assert.deepStrictEqual([status, stdout], [0, 'ran'], stderr);
    assert.match(stderr, /^async-hooks-rs: nothing is recorded: .*addons are switched off/);
  }
  // A program that asks for it itself is told as by any module.
  assert.match(runNode(['--no-addons', program(`require(${JSON.stringify(PRELOAD)});`)]).stderr, /ERR_ASYNC_HOOKS_RS_BINARY/);
});

test('options that make no sense are told, once', () => {
  const app = program(`
    new (require('node:worker_threads').Worker)('', { eval: true });
    process.on('exit', () => process.stdout.write('ran'));`);
  const { status, stdout, stderr } = runNode(['--require', PRELOAD, app], { ASYNC_HOOKS_RS_RECORD_STACKS: 'many' });
  assert.deepStrictEqual([status, stdout], [0, 'ran']);
  assert.strictEqual(stderr.match(/nothing is recorded/g)?.length, 1, stderr);
});

test('variables alone record nothing, which stderr is told where the program loads the recorder', () => {
  const load = `const { record } = require(${JSON.stringify(PRELOAD)});`;
  const env = { ASYNC_HOOKS_RS_RECORD_FILE: newFile() };
  const unused = runNode([program(load)], env);
  assert.strictEqual(unused.status, 0);
  assert.match(unused.stderr, /nothing was recorded, though ASYNC_HOOKS_RS_RECORD_FILE is set/);
  assert.strictEqual(fs.existsSync(env.ASYNC_HOOKS_RS_RECORD_FILE), false);
  const used = runNode([program(`${load} record({ file: ${JSON.stringify(newFile())} });`)], env);
  assert.deepStrictEqual([used.status, used.stderr], [0, '']);
});
