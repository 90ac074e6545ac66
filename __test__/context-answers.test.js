'use strict';
// Programs in which a context is lost, mixed up or kept, each with one cause: the report must name its kind and its place, and count
// it as often as it happened; and with the remedy applied it must be clean. And programs in which nothing is lost.
//
// The head of a program says what is expected: `kind` (one of several), `remedy`, which the report's must match, and the `nodes` on
// which it happens, if not on all. `<- here` is on each line that the way must name, and one of those with `<- or here` must be.
// Under `//=` stands what the line before it is with the remedy applied.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { programsIn } = require('./support/questions');
const { patience } = require('../scripts/patience');

const BIN = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
const FOLDER = path.join(__dirname, 'contexts');
const TIMEOUT_MS = patience(60_000);
const NODE = Number.parseInt(process.versions.node, 10);

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-contexts-'));
process.on('exit', () => fs.rmSync(temporary, { recursive: true, force: true }));

/** @param {string} file */
function headOf(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  /** @param {string} name */
  const value = (name) => lines.find((line) => line.startsWith(`// ${name}: `))?.slice(name.length + 5);
  /** @param {string} mark */
  const marked = (mark) => lines.flatMap((line, at) => (line.endsWith(`// <- ${mark}`) ? [at + 1] : []));
  return {
    kinds: (value('kind') ?? '').split(', '),
    remedy: new RegExp(value('remedy') ?? '$^'),
    nodes: value('nodes')?.split(', ').map(Number) ?? null,
    all: marked('here'),
    some: marked('or here'),
    hasRemedy: lines.some((line) => /^ *\/\/= /.test(line)),
  };
}

/**
 * @param {string} file
 * @returns {string} the program with the remedy applied
 */
function mended(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const text = lines.map((line, at) => {
    const next = /^ *\/\/= (.*)$/.exec(lines[at + 1] ?? '');
    if (/^ *\/\/= /.test(line)) return '';
    return next === null ? line : next[1];
  });
  const copy = path.join(temporary, path.basename(file));
  fs.writeFileSync(copy, text.join('\n'));
  return copy;
}

/**
 * @param {string} file
 * @param {string[]} [options]
 */
function context(file, options = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'context', ...options, file], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, NODE_TEST_CONTEXT: '', ASYNC_HOOKS_RS_CONTEXT_CACHE: path.join(temporary, 'cache') },
  });
  return { status, stdout, stderr };
}

/** @param {{ stdout: string }} end */
function jsonOf({ stdout }) {
  // Behind what the program has said.
  return JSON.parse(stdout.slice(stdout.search(/^\{$/m)));
}

/** @param {string} file */
function saysWhere(file) {
  const { kinds, remedy, all, some } = headOf(file);
  const end = context(file, ['--json']);
  const said = end.stdout + end.stderr;
  const { findings } = jsonOf(end);
  assert.strictEqual(end.status, kinds.includes('kept') ? 0 : 1, said);
  assert.ok(findings.length > 0, said);
  for (const { kind } of findings) assert.ok(kinds.includes(kind), `${kind} is not ${kinds}:\n${said}`);
  const lines = findings.flatMap((/** @type {any} */ { way }) =>
    way.filter((/** @type {any} */ part) => path.basename(part.file) === path.basename(file)).map((/** @type {any} */ { line }) => line),
  );
  for (const line of all) assert.ok(lines.includes(line), `line ${line} is missing:\n${said}`);
  assert.ok(some.length === 0 || some.some((line) => lines.includes(line)), `none of the lines ${some}:\n${said}`);
  for (const finding of findings) assert.match(finding.remedy, remedy);
}

/** @param {string} file */
function isClean(file) {
  const end = context(file);
  assert.strictEqual(end.status, 0, end.stdout + end.stderr);
  assert.match(end.stderr, /async-hooks-rs: (?:no context was lost|nobody called getStore)/);
  assert.doesNotMatch(end.stderr, /kept/);
  const plain = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: TIMEOUT_MS });
  assert.deepStrictEqual([plain.status, plain.stderr], [0, ''], 'the program itself');
}

test('programs that lose a context', async (t) => {
  for (const file of programsIn(FOLDER)) {
    const { nodes } = headOf(file);
    const skip = nodes !== null && !nodes.includes(NODE);
    await t.test(path.basename(file), { skip }, () => saysWhere(file));
  }
});

test('the same with the remedy applied', async (t) => {
  for (const file of programsIn(FOLDER)) await t.test(path.basename(file), () => isClean(mended(file)));
});

test('healthy programs', async (t) => {
  for (const file of programsIn(path.join(FOLDER, 'healthy'))) await t.test(path.basename(file), () => isClean(file));
});

test('each program says what is expected', () => {
  for (const file of programsIn(FOLDER)) {
    const { kinds, all, some, hasRemedy } = headOf(file);
    assert.ok(kinds[0] !== '' && hasRemedy, file);
    assert.ok(all.length + some.length > 0 || kinds.includes('body') || kinds.includes('listener'), file);
  }
});
