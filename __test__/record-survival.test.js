'use strict';
// A recording survives the end of its program, whatever it is, and a program survives the end of its recording.

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { PRELOAD, newFile, program, readRecording, runNode, startNode } = require('./support/recorded');
const { missingAfterKill } = require('./support/kills');

const KILLS = 6;

/**
 * @param {string} source
 * @param {{ nodeOptions?: string[], file?: string }} [options]
 */
function runRecorded(source, { nodeOptions = [], file = newFile() } = {}) {
  const args = [...nodeOptions, '--require', PRELOAD, program(source)];
  return { file, ...runNode(args, { ASYNC_HOOKS_RS_RECORD_FILE: file }) };
}

/** A resource made at the very last moment. */
const LAST = "new (require('node:async_hooks').AsyncResource)('LAST');";

test('process.exit', () => {
  const { file, status } = runRecorded(`process.on('exit', () => { ${LAST} }); setTimeout(() => process.exit(3), 5);`);
  assert.strictEqual(status, 3);
  const { events, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.strictEqual(events.at(-1)?.type, 'LAST');
});

test('process.exit while Workers run', () => {
  const worker = `${LAST}
    require('node:worker_threads').parentPort.postMessage('');
    (async () => { for (;;) { for (let i = 0; i < 100; i++) await null; await new Promise(setImmediate); } })();`;
  const { file, status } = runRecorded(`
    const { Worker } = require('node:worker_threads');
    let left = 3;
    const ready = () => { left -= 1; if (left === 0) setTimeout(() => process.exit(4), 5); };
    for (let i = 0; i < 3; i++) new Worker(${JSON.stringify(worker)}, { eval: true }).on('message', ready);`);
  assert.strictEqual(status, 4);
  const { events, others, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.strictEqual(events.filter(({ type, phase }) => type === 'LAST' && phase === 'init').length, 3);
  const reasons = others.filter(({ phase }) => phase === 'end').map(({ reason }) => reason);
  assert.deepStrictEqual(reasons.sort(), ['exit', 'exit', 'exit', 'process.exit()']);
});

test('an uncaught exception', () => {
  const { file, status, stderr } = runRecorded(`setTimeout(() => { ${LAST} throw new Error('uncaught'); }, 5);`);
  assert.strictEqual(status, 1);
  assert.match(stderr, /uncaught/);
  const { events, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.ok(events.some(({ type }) => type === 'LAST'));
});

test('SIGTERM', { skip: process.platform === 'win32' }, async () => {
  const file = newFile();
  const source = program("setInterval(() => {}, 1); setTimeout(() => console.log('runs'), 100);");
  const child = startNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  child.stdout.on('data', () => child.kill('SIGTERM'));
  const [, signal] = await once(child, 'close');
  assert.strictEqual(signal, 'SIGTERM');
  assert.ok(readRecording(file).events.some(({ type, phase }) => type === 'Timeout' && phase === 'after'));
});

test('SIGKILL at random moments', { skip: process.platform === 'win32' }, async () => {
  for (let i = 0; i < KILLS; i++) {
    // How much is missing is a matter of time, which no test decides; `support/kills.js` measures it. That the
    // file holds everything up to some moment is not.
    const { recorded, isWhole } = await missingAfterKill(300 + Math.random() * 200);
    assert.ok(recorded > 0 && isWhole, `${recorded} recorded`);
  }
});

test('out of memory', () => {
  const { file, status, signal } = runRecorded(
    `
    const all = [];
    setImmediate(function grow() { for (let i = 0; i < 1e5; i++) all.push({ i }); setImmediate(grow); });`,
    { nodeOptions: ['--max-old-space-size=30'] },
  );
  assert.ok(status !== 0 || signal !== null);
  assert.ok(readRecording(file).events.some(({ type }) => type === 'Immediate'));
});

test('a path that cannot be written is one warning', () => {
  const file = path.join(os.tmpdir(), 'no such folder', 'file.rec');
  const { status, stdout, stderr } = runRecorded("setTimeout(() => console.log('done'), 50);", { file });
  assert.deepStrictEqual([status, stdout], [0, 'done\n']);
  assert.match(stderr, /^async-hooks-rs: the recording .*file\.rec cannot be written .*The program goes on\.\n$/);
});

test('a full disk is one warning', { skip: !fs.existsSync('/dev/full') && 'no /dev/full' }, () => {
  const source = "let n = 0; const t = setInterval(() => { n += 1; if (n > 100) { clearInterval(t); console.log('done'); } }, 1);";
  const { status, stdout, stderr } = runRecorded(source, { file: '/dev/full' });
  assert.deepStrictEqual([status, stdout], [0, 'done\n']);
  assert.match(stderr, /^async-hooks-rs: the recording \/dev\/full .*The program goes on\.\n$/);
});

test('a file that is deleted meanwhile is one warning', { skip: process.platform === 'win32' }, async () => {
  const file = newFile();
  const source = program("process.stdin.on('end', () => console.log('done')).resume(); console.log('runs');");
  const child = startNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file }, 'pipe');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    child.stdin?.end();
  });
  child.stdout.once('data', () => fs.rmSync(file));
  const [status] = await once(child, 'close');
  assert.strictEqual(status, 0);
  assert.match(stderr, /^async-hooks-rs: the recording .* was deleted, .*The program goes on\.\n$/);
});

test('a recording that was stopped before', () => {
  const { file, status } = runRecorded(`
    const r = require(${JSON.stringify(PRELOAD)}).record();
    setTimeout(async () => { ${LAST} await r.stop(); await r.stop(); r.mark('too late'); process.exit(0); }, 5);`);
  assert.strictEqual(status, 0);
  const { events, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.ok(events.some(({ type }) => type === 'LAST'));
});
