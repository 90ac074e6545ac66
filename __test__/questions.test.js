'use strict';
// Questions that people ask of their programs, each with one planted cause: a recording with default options must answer them
// on the first screen. And programs without any, of which nothing may be said. What blocks is found without promises, too.
//
// What is expected stands in the head of each: see `support/questions.js`.

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { headOf, programsIn } = require('./support/questions');
const { BIN, newFile } = require('./support/recorded');
const { patience } = require('../scripts/patience');

const FOLDER = path.join(__dirname, 'questions');
/** What a first screen shows, and how wide it is. */
const LINES = 25;
const WIDTH = '120';
/** An answer is among so many findings. */
const FIRST = 2;
const CONCURRENCY = 1;
/** What a program does in time, a busy machine may change: it is recorded so often, until it is as it says. */
const ATTEMPTS = 3;
const TIMEOUT_MS = patience(120_000);

/** What blocks the event loop is looked for here only: see `src/sampler.rs`. */
const skip = process.platform !== 'linux' || process.arch !== 'x64';

/**
 * @param {string} file of a program
 * @param {ReturnType<typeof headOf>} head
 * @param {string[]} [options]
 */
async function record(file, { stdin, slots, delay, signal, exitCode }, options = []) {
  const recording = newFile();
  const child = spawn(process.execPath, [BIN, 'record', ...options, '-o', recording, file], {
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, NODE_TEST_CONTEXT: '', ...(slots && { ASYNC_HOOKS_RS_RECORD_SLOTS: slots }) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said += text;
    });
  if (stdin !== undefined && stdin !== 'open') child.stdin?.end(`${stdin.split(' ').join('\n')}\n`);
  const end = once(child, 'exit');
  if (delay !== null) {
    // From the beginning of the recording, which may come late.
    while (!fs.existsSync(recording) && child.exitCode === null) await sleep(20);
    await sleep(delay);
    child.kill(signal);
  }
  const [code, by] = await end;
  // Children of the program may hold them.
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (delay !== null && by === signal) return recording;
  assert.deepStrictEqual([code, by], [exitCode, null], said);
  return recording;
}

/**
 * @param {string} recording
 * @param {string[]} options
 */
function report(recording, options) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, 'report', ...options, recording], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: { ...process.env, COLUMNS: WIDTH },
  });
  assert.ok(status === 0 || status === 1, stderr);
  return stdout;
}

/** @param {string} text */
function firstScreen(text) {
  const lines = text.split('\n');
  for (const line of lines) assert.ok(line.length <= Number(WIDTH), line);
  return lines.slice(0, LINES).join('\n');
}

/** @param {string} file */
async function answers(file) {
  const head = headOf(file);
  const name = path.basename(file);
  const recording = await record(file, head);
  const [text, json] = [report(recording, []), report(recording, ['--json'])];
  const lines = [...head.all, ...head.some];
  const finding = JSON.parse(json)
    .findings.slice(0, FIRST)
    .find(
      (/** @type {any} */ { kind, place, route }) =>
        kind === head.kind &&
        (lines.length === 0 || (place !== undefined && path.basename(place.file) === name && lines.includes(place.line))) &&
        (head.route === undefined || route === head.route),
    );
  assert.ok(finding !== undefined, `${head.kind} at ${lines}, ${head.route}, is not among the first:\n${text}`);
  const screen = firstScreen(text);
  for (const line of head.all) assert.ok(screen.includes(`${name}:${line}`), `line ${line} is missing:\n${text}`);
  assert.ok(head.some.length === 0 || head.some.some((line) => screen.includes(`${name}:${line}`)), text);
  if (head.route !== undefined) assert.ok(screen.includes(head.route), text);
}

/**
 * Without promises, what they run is seen by samples alone, and from Node 24 on these seldom see where.
 * @param {string} file
 */
async function blocks(file) {
  const recording = await record(file, headOf(file), ['--no-promises']);
  const [text, json] = [report(recording, []), report(recording, ['--json'])];
  const kinds = JSON.parse(json).findings.slice(0, FIRST);
  assert.ok(
    kinds.some((/** @type {any} */ { kind }) => kind === 'block'),
    text,
  );
}

/**
 * @param {string} file
 * @param {string[]} [options]
 */
async function saysNothing(file, options) {
  const recording = await record(file, headOf(file), options);
  const [text, json] = [report(recording, []), report(recording, ['--json'])];
  assert.deepStrictEqual(JSON.parse(json).findings, [], text);
  assert.ok(firstScreen(text).includes('Nothing stands out.'), text);
}

/**
 * @param {(file: string) => Promise<void>} attempt
 * @param {string} file
 */
async function inTime(attempt, file) {
  for (let left = ATTEMPTS - 1; left > 0; left--) {
    try {
      await attempt(file);
      return;
    } catch (error) {
      if (/** @type {any} */ (error).code !== 'ERR_ASSERTION') throw error;
    }
  }
  await attempt(file);
}

test('questions', { skip, concurrency: CONCURRENCY }, async (t) => {
  await Promise.all(programsIn(FOLDER).map((file) => t.test(path.basename(file), () => inTime(answers, file))));
});

test('healthy programs', { skip, concurrency: CONCURRENCY }, async (t) => {
  await Promise.all(
    programsIn(path.join(FOLDER, 'healthy')).map((file) =>
      t.test(path.basename(file), () => inTime((healthy) => saysNothing(healthy), file)),
    ),
  );
});

test('without promises', { skip, concurrency: CONCURRENCY }, async (t) => {
  const isBlock = (/** @type {string} */ file) => headOf(file).kind === 'block' && !headOf(file).isShort;
  const blocking = programsIn(FOLDER).filter(isBlock);
  await Promise.all(blocking.map((file) => t.test(path.basename(file), () => inTime(blocks, file))));
  const quiet = (/** @type {string} */ file) => saysNothing(file, ['--no-promises']);
  await Promise.all(programsIn(path.join(FOLDER, 'healthy')).map((file) => t.test(path.basename(file), () => inTime(quiet, file))));
});

test('each question says what its answer is', () => {
  const kinds = ['block', 'crash', 'does-not-exit', 'leak', 'lost', 'thread-pool', 'unanswered', 'unsettled'];
  for (const file of programsIn(FOLDER)) {
    const { kind, all, some } = headOf(file);
    assert.ok(kind !== undefined && kinds.includes(kind), file);
    assert.ok(kind === 'lost' || all.length + some.length > 0, file);
  }
});
