'use strict';
// Where a recording is written to: no file that exists is overwritten, nobody else may read what is created, and an output
// that stalls keeps the program waiting for no longer than a moment. A program that hangs is killed after a minute, which fails its test.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { BIN, PRELOAD, newFile, program, readRecording, runNode, startNode, withoutEnd } = require('./support/recorded');

const isWindows = process.platform === 'win32';
const RECORD = `const { record } = require(${JSON.stringify(PRELOAD)});`;

/**
 * @param {string} file
 * @param {number} number
 */
function numbered(file, number) {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.${number}${ext}`);
}

/**
 * @param {string} file
 * @returns {string[]} the types of what was created; fails unless the recording is whole
 */
function typesIn(file) {
  const { events, damage, others } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.ok(
    others.some(({ phase, reason }) => phase === 'end' && reason !== undefined),
    JSON.stringify(others),
  );
  return events.filter(({ phase }) => phase === 'init').flatMap(({ type }) => type ?? []);
}

/**
 * @param {string} source
 * @param {string} file
 */
function runRecorded(source, file, env = {}) {
  return runNode(['--require', PRELOAD, program(source)], { ASYNC_HOOKS_RS_RECORD_FILE: file, ...env });
}

/** @param {string} type */
const make = (type) => `new (require('node:async_hooks').AsyncResource)('${type}');`;

test('a file of before is left alone, and stderr names the one that is written', () => {
  const file = newFile();
  fs.writeFileSync(file, 'precious');
  for (const [number, type] of [
    [1, 'FIRST'],
    [2, 'SECOND'],
  ]) {
    const args = [BIN, 'record', '-o', file, program(make(String(type)))];
    const { status, stderr } = runNode(args);
    assert.strictEqual(status, 0);
    const written = numbered(file, Number(number));
    assert.strictEqual(withoutEnd(stderr), `async-hooks-rs: ${file} exists and is not overwritten. The recording is ${written}.\n`);
    assert.ok(typesIn(written).includes(String(type)));
  }
  assert.strictEqual(fs.readFileSync(file, 'utf8'), 'precious');
  assert.ok(!typesIn(numbered(file, 1)).includes('SECOND'));
});

test('a worker after the recording was stopped begins no other', () => {
  const file = newFile();
  const source = `${RECORD} ${make('BEFORE')}
    record().stop().then(() => {
      const { Worker } = require('node:worker_threads');
      new Worker(${JSON.stringify(make('AFTER'))}, { eval: true }).on('exit', () => console.log('done'));
    });`;
  const { status, stdout, stderr } = runRecorded(source, file);
  assert.deepStrictEqual([status, stdout, stderr], [0, 'done\n', '']);
  assert.deepStrictEqual(typesIn(file), ['BEFORE']);
  assert.strictEqual(fs.existsSync(numbered(file, 1)), false);
});

test('a worker that asks for a recording of its own after that gets one', () => {
  const file = newFile();
  const worker = `${RECORD} record({ file: ${JSON.stringify(file)} }); ${make('AFTER')}`;
  const source = `${RECORD} ${make('BEFORE')}
    record().stop().then(() => new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true }));`;
  const { status, stderr } = runRecorded(source, file);
  assert.strictEqual(status, 0);
  assert.match(stderr, /is not overwritten/);
  assert.deepStrictEqual(typesIn(file), ['BEFORE']);
  assert.ok(typesIn(numbered(file, 1)).includes('AFTER'));
});

test('processes that name the same file', async () => {
  const file = newFile();
  const ends = ['A', 'B', 'C'].map((type) => {
    const script = program(`${RECORD} console.log(record({ file: ${JSON.stringify(file)} }).file); ${make(type)}
      process.stdin.resume();`);
    return { type, child: startNode([script], {}, 'pipe') };
  });
  // All of them record at the same time.
  const files = await Promise.all(ends.map(async ({ child }) => String((await once(child.stdout, 'data'))[0]).trim()));
  await Promise.all(
    ends.map(({ child }) => {
      child.stdin?.end();
      return once(child, 'close');
    }),
  );
  assert.deepStrictEqual(files.toSorted(), [file, numbered(file, 1), numbered(file, 2)].toSorted());
  ends.forEach(({ type }, i) =>
    assert.deepStrictEqual(
      typesIn(files[i]).filter((name) => name.length === 1),
      [type],
    ),
  );
});

test('a program that replaces itself', { skip: (isWindows || !('execve' in process)) && 'no process.execve' }, () => {
  const file = newFile();
  const second = [process.execPath, '--require', PRELOAD, program(make('SECOND'))];
  // What is older than a few milliseconds is in the file, which is looked at until it is: the name of the type comes first, the
  // event with what is written next.
  const source = `${make('FIRST')}
    let [size, growths] = [0, 0];
    const look = setInterval(() => {
      const text = require('node:fs').readFileSync(${JSON.stringify(file)});
      if (!text.includes('FIRST') || text.length === size) return;
      size = text.length;
      growths += 1;
      if (growths < 4) return;
      clearInterval(look);
      process.execve(process.execPath, ${JSON.stringify(second)});
    }, 1);`;
  const { status, stderr } = runRecorded(source, file);
  assert.strictEqual(status, 0, stderr);
  assert.ok(readRecording(file).events.some(({ type }) => type === 'FIRST'));
  assert.deepStrictEqual(typesIn(numbered(file, 1)), ['SECOND']);
});

test('the recorder knows its file, wherever the program goes', () => {
  const source = `${RECORD}
    const recorder = record({ file: 'a.rec' });
    process.chdir('..');
    console.log(JSON.stringify([recorder.file, record({ file: 'b.rec' }).file, recorder.stop() && recorder.file]));
    console.log(record({ file: 'no such folder/a.rec' }).file);`;
  const folder = fs.realpathSync(path.dirname(newFile()));
  const script = program(`process.chdir(${JSON.stringify(folder)});\n${source}`);
  const { stdout, status } = runNode([script]);
  const file = path.join(folder, 'a.rec');
  assert.deepStrictEqual([status, stdout], [0, `${JSON.stringify([file, file, file])}\nnull\n`]);
});

test('nobody else may read it, and links are not followed', { skip: isWindows }, () => {
  const file = newFile();
  const precious = newFile('.txt');
  fs.writeFileSync(precious, 'precious');
  fs.symlinkSync(precious, file);
  const { status, stderr } = runRecorded('', file);
  assert.strictEqual(status, 0);
  assert.match(stderr, /is not overwritten/);
  assert.strictEqual(fs.readFileSync(precious, 'utf8'), 'precious');
  assert.strictEqual(fs.statSync(numbered(file, 1)).mode & 0o777, 0o600);
});

test('arguments can be left out', () => {
  const SECRET = 'a-secret';
  const holds = (/** @type {string} */ file) => fs.readFileSync(file).includes(SECRET);
  const script = program('');
  const [all, none, byHand, evaluated] = [newFile(), newFile(), newFile(), newFile()];
  runNode(['--require', PRELOAD, script, SECRET], { ASYNC_HOOKS_RS_RECORD_FILE: all });
  runNode(['--require', PRELOAD, script, SECRET], { ASYNC_HOOKS_RS_RECORD_FILE: none, ASYNC_HOOKS_RS_RECORD_ARGUMENTS: '0' });
  runNode([program(`${RECORD} record({ file: ${JSON.stringify(byHand)}, arguments: false });`), SECRET]);
  runNode(['--require', PRELOAD, '--eval', '0', SECRET], { ASYNC_HOOKS_RS_RECORD_FILE: evaluated, ASYNC_HOOKS_RS_RECORD_ARGUMENTS: '0' });
  assert.deepStrictEqual([all, none, byHand, evaluated].map(holds), [true, false, false, false]);
  assert.ok(fs.readFileSync(none).includes(script));
});

const MANY_AWAITS = 'const work = async () => { for (let i = 0; i < 30_000; i++) await null; };';

/** A pipe, and a reader of it that reads only when it is told to. */
function stalledPipe() {
  const file = newFile('.pipe');
  execFileSync('mkfifo', [file]);
  return { file, reader: fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK) };
}

const STALLED = /^async-hooks-rs: the recording .*\.pipe is incomplete: its output stalls, .*The program goes on\.\n$/;

test('a pipe that nobody reads is one warning', { skip: isWindows }, () => {
  const file = newFile('.pipe');
  execFileSync('mkfifo', [file]);
  const { status, stdout, stderr } = runRecorded("console.log('done');", file);
  assert.deepStrictEqual([status, stdout], [0, 'done\n']);
  assert.match(stderr, /^async-hooks-rs: the recording .*\.pipe cannot be written \(nobody reads this pipe; .*\n$/);
});

for (const [how, end] of /** @type {const} */ ([
  ['at its end', ''],
  ['in process.exit', '.then(() => process.exit(0))'],
  ['in stats', '.then(() => { process.stdout.write(Object.keys(recorder.stats()).length > 0 ? "true " : "false "); })'],
  ['in stop', '.then(() => recorder.stop())'],
])) {
  test(`a pipe whose reader stalls holds no program, ${how}`, { skip: isWindows }, () => {
    const { file, reader } = stalledPipe();
    const source = `${RECORD} const recorder = record(); ${MANY_AWAITS} process.on('exit', () => console.log('done')); work()${end};`;
    const { status, stdout, stderr } = runRecorded(source, file);
    fs.closeSync(reader);
    assert.deepStrictEqual([status, stdout], [0, how === 'in stats' ? 'true done\n' : 'done\n']);
    assert.match(stderr, STALLED);
  });
}

test('a pipe whose reader stalls holds no worker, nor the process that a worker was recorded in', { skip: isWindows }, () => {
  const { file, reader } = stalledPipe();
  const worker = `${RECORD} record({ file: ${JSON.stringify(file)} }); ${MANY_AWAITS} work();`;
  const source = `
    const { Worker } = require('node:worker_threads');
    new Worker(${JSON.stringify(worker)}, { eval: true }).on('exit', () => console.log('done'));`;
  const [together, alone] = [runRecorded(source, file), runNode([program(source)])];
  fs.closeSync(reader);
  for (const { status, stdout, stderr } of [together, alone]) {
    assert.deepStrictEqual([status, stdout], [0, 'done\n']);
    assert.match(stderr, STALLED);
  }
});

test('a reader that goes on has it all', { skip: isWindows }, async () => {
  const { file, reader } = stalledPipe();
  // Three times what a pipe holds; so the rest fits when so much was read.
  const [LENGTH, READ] = [200_000, 150_000];
  const source = program(`${RECORD}
    record().mark(require('node:crypto').randomBytes(${LENGTH / 2}).toString('hex'));
    process.stdin.resume();
    console.log('marked');`);
  const child = startNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file }, 'pipe');
  await once(child.stdout, 'data');
  const copy = newFile();
  let length = 0;
  const input = fs.createReadStream(file).on('data', (bytes) => {
    length += bytes.length;
    if (length > READ) child.stdin?.end();
  });
  const copied = once(input.pipe(fs.createWriteStream(copy)), 'close');
  const [status] = await once(child, 'close');
  fs.closeSync(reader);
  await copied;
  assert.strictEqual(status, 0);
  typesIn(copy);
  assert.strictEqual(readRecording(copy).others.find(({ phase }) => phase === 'mark').name.length, LENGTH);
});
