'use strict';
/** Reports of recordings: each form against known events, damage, wrong usage. */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Thread, end, header } = require('./support/recording');

const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
const WALL = 1_700_000_000_000_000_000n;
const MS = 1e6;
const PROMISE = 1e15;

/** @type {string} */
let folder;
before(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-')); });
after(() => fs.rmSync(folder, { recursive: true }));

/** @param {string[]} args */
function report(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'report', ...args], {
    cwd: folder, encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26,
  });
  return { status, stdout, stderr };
}

/** @param {(Buffer | Thread)[]} parts */
function record(name = 'recording', ...parts) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.concat(parts.map((part) => part instanceof Thread ? part.chunk() : part)));
  return file;
}

/** A file of a timer that reads a file, a promise and a worker, and what must be seen of it. */
function small() {
  const main = new Thread(0);
  main.start(0, 0);
  main.init(1 * MS, 5, 'Timeout', { stack: 'at begin (/srv/app.js:3:1)\nat node:internal/main' });
  main.init(2 * MS, PROMISE + 1, 'PROMISE', { trigger: 5, current: 1 });
  main.before(11 * MS, 5);
  main.init(12 * MS, 6, 'FSREQCALLBACK', { trigger: 5 });
  main.after(71 * MS, 5);
  main.mark(72 * MS, 'half way');
  main.before(81 * MS, 6);
  main.promiseResolve(82 * MS, PROMISE + 1);
  main.after(83 * MS, 6);
  main.destroy(90 * MS, 5);
  main.destroy(91 * MS, 6);
  main.loop(92 * MS, 30 * MS, 60 * MS);
  const worker = new Thread(1);
  worker.start(3 * MS, 1, 'helper');
  worker.init(4 * MS, 5, 'MESSAGEPORT', { trigger: 0, current: 0 });
  worker.dropped('PROMISE', 12);
  worker.end(99 * MS, 'exit');
  return record('small', header({ wall: WALL, argv: ['node', '/srv/app.js'] }), main, worker, end());
}

/** @param {string} file @returns {any[]} */
const lines = (file) => fs.readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

/** @param {number} ms since the recording began */
const at = (ms) => 1_700_000_000_000 + ms;

describe('the summary', () => {
  it('says what was created, ran, waited and lived', () => {
    const { status, stdout, stderr } = report(small());
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.match(stdout, /^node \/srv\/app\.js \(v26\.0\.0, process 7, linux x64\)\n11 events in 99\.0 ms\n/);
    assert.match(stdout, /^ {2}Timeout +1 +0 +1 +\S+ ms +\S+ ms +60\.0 ms +60\.0 ms$/m);
    assert.match(stdout, /^ {2}Timeout +\S+ ms +\S+ ms +10\.0 ms +10\.0 ms +\S+ ms +\S+ ms +89\.0 ms +89\.0 ms$/m);
    assert.match(stdout, /^ {2}PROMISE +1 +1 +0 +- +- +- +-$/m);
    assert.match(stdout, /^ {2}main +event loop busy 67 % \(60\.0 ms of 90\.0 ms\), callbacks ran for 62\.0 ms$/m);
    assert.match(stdout, /^ {2}worker 1 helper .* ended: exit$/m);
    assert.match(stdout, /half way/);
  });

  it('says what was dropped before everything else', () => {
    const { stdout } = report(small());
    assert.match(stdout.split('\n')[2], /^! 12 resources were dropped: PROMISE 12\.$/);
  });

  it('shows the longest callbacks and what triggered them', () => {
    const { stdout } = report(small());
    const chain = stdout.slice(stdout.indexOf('Longest'));
    assert.match(chain, /60\.0 ms at 11\.0 ms on the thread main\n +of Timeout 5, created at begin \(\/srv\/app\.js:3:1\)\n/);
    assert.match(chain, /of FSREQCALLBACK 6\n +triggered by Timeout 5, created at begin/);
  });

  it('shows a row of promises as one link', () => {
    const main = new Thread(0);
    main.init(0, 2, 'Timeout');
    for (let id = 1; id <= 500; id += 1) main.init(id, PROMISE + id, 'PROMISE', { trigger: id === 1 ? 2 : PROMISE + id - 1 });
    main.before(600, PROMISE + 500);
    main.after(700, PROMISE + 500);
    const { stdout } = report(record('chain', header(), main, end()));
    assert.match(stdout, /of PROMISE 1000000000000500 and 499 before it\n +triggered by Timeout 2\n\n/);
  });

  it('shows what was alive at the end', () => {
    const { stdout } = report(small());
    const alive = stdout.slice(stdout.indexOf('Alive at the end'));
    assert.match(alive, /what can keep a process alive:\n +1 MESSAGEPORT, the oldest for 95\.0 ms\n/);
    assert.match(alive, /the rest:\n +1 PROMISE/);
  });
});

describe('findings', () => {
  /** @param {(main: Thread) => void} fill */
  function findings(fill) {
    const main = new Thread(0);
    main.start(0, 0);
    fill(main);
    const { stdout } = report(record('findings', header(), main, end()));
    return stdout.slice(stdout.indexOf('Findings'), stdout.indexOf('\nThreads'));
  }

  it('tell of a callback that blocked the loop', () => {
    const text = findings((main) => {
      main.init(0, 2, 'Timeout');
      for (const [begin, took] of [[1, 49], [100, 50], [200, 300]]) {
        main.before(begin * MS, 2);
        main.after((begin + took) * MS, 2);
      }
    });
    assert.match(text, /A callback blocked the event loop for 300 ms: that of Timeout 2\. In all, 2 callbacks took 50\.0 ms or longer, together 350 ms\./);
  });

  it('do not blame a callback for the one inside of it twice', () => {
    const text = findings((main) => {
      main.init(0, 2, 'Timeout');
      main.init(0, 3, 'Inner');
      main.before(0, 2);
      main.before(MS, 3);
      main.after(80 * MS, 3);
      main.after(90 * MS, 2);
    });
    assert.match(text, /for 90\.0 ms: that of Timeout 2\.\n/);
  });

  it('tell of promises that never settled', () => {
    const text = findings((main) => {
      for (let id = 1; id <= 5; id += 1) main.init(id, PROMISE + id, 'PROMISE');
      main.promiseResolve(10, PROMISE + 1);
      main.promiseResolve(11, PROMISE + 2);
      main.destroy(20, PROMISE + 2);
      main.destroy(21, PROMISE + 3);
      main.destroy(22, PROMISE + 4);
    });
    assert.match(text, /3 promises never settled: 2 collected while pending, 1 pending at the end\./);
  });

  it('tell of timers and other types that grow without end, and of no others', () => {
    const text = findings((main) => {
      let id = 1;
      for (let time = 0; time < 400; time += 1) {
        for (let times = 0; times < 20; times += 1) {
          for (const type of ['Timeout', 'Leak', 'Steady']) {
            id += 1;
            main.init(time * MS, id, type);
            if (type === 'Steady') main.destroy(time * MS, id);
          }
        }
      }
    });
    assert.match(text, /Timers are created faster than they end: on the thread main/);
    assert.match(text, /Grows without end: Leak on the thread main \(from at least \d+ alive in the first quarter to \d+ in the last\)\./);
  });

  it('tell of fs and dns calls that waited for the thread pool', () => {
    const text = findings((main) => {
      for (let id = 2; id < 8; id += 1) main.init(id, id, id % 2 ? 'FSREQCALLBACK' : 'GETADDRINFOREQWRAP');
      for (let id = 2; id < 8; id += 1) {
        main.before(id * MS, id);
        main.after(id * MS, id);
      }
    });
    assert.match(text, /2 fs or dns calls had to wait for the thread pool: 4 or more were underway already, 6 at most\. The longest took 7\.00 ms\./);
  });

  it('say nothing of what is in order', () => {
    const text = findings((main) => {
      main.init(0, 2, 'FSREQCALLBACK');
      main.init(0, PROMISE + 1, 'PROMISE');
      main.before(MS, 2);
      main.promiseResolve(MS, PROMISE + 1);
      main.after(2 * MS, 2);
    });
    assert.match(text, /Nothing stands out\./);
  });
});

describe('--ndjson', () => {
  it('has one object an event', () => {
    assert.equal(report(small(), '--ndjson', 'out.ndjson').status, 0);
    const stack = 'at begin (/srv/app.js:3:1)\nat node:internal/main';
    assert.deepEqual(lines(path.join(folder, 'out.ndjson')), [
      { id: 5, type: 'Timeout', phase: 'init', parent: 1, current: 1, stack, time: at(1), thread: 0 },
      { id: PROMISE + 1, type: 'PROMISE', phase: 'init', parent: 5, current: 1, time: at(2), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'before', time: at(11), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'init', parent: 5, current: 5, time: at(12), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'after', time: at(71), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'before', time: at(81), thread: 0 },
      { id: PROMISE + 1, type: 'PROMISE', phase: 'promiseResolve', time: at(82), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'after', time: at(83), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'destroy', time: at(90), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'destroy', time: at(91), thread: 0 },
      { id: 5, type: 'MESSAGEPORT', phase: 'init', parent: 0, current: 0, time: at(4), thread: 1 },
      { phase: 'dropped', type: 'PROMISE', count: 12, thread: 1 },
    ]);
  });

  it('does not know the type of what was created before the recording', () => {
    const main = new Thread(0);
    main.after(1, 9);
    main.destroy(2, 9);
    report(record('early', header(), main, end()), '--ndjson', 'early.ndjson');
    const events = lines(path.join(folder, 'early.ndjson'));
    assert.deepEqual(events.map(({ id, type, phase }) => [id, type, phase]), [[9, null, 'after'], [9, null, 'destroy']]);
  });
});

describe('--chrome', () => {
  it('has a slice for each callback and an arrow to the first one of a resource', () => {
    assert.equal(report(small(), '--chrome', 'out.json').status, 0);
    const { traceEvents, otherData } = JSON.parse(fs.readFileSync(path.join(folder, 'out.json'), 'utf8'));
    const only = (/** @type {string} */ phase) => traceEvents.filter((/** @type {any} */ event) => event.ph === phase);
    const stack = 'at begin (/srv/app.js:3:1)\nat node:internal/main';
    const slice = { ph: 'X', pid: 7, tid: 0, cat: 'callback' };
    assert.deepEqual(only('X'), [
      { ...slice, name: 'Timeout', ts: 11_000, dur: 60_000, args: { id: 5, trigger: 1, created: stack } },
      { ...slice, name: 'FSREQCALLBACK', ts: 81_000, dur: 2_000, args: { id: 6, trigger: 5 } },
    ]);
    const arrow = { pid: 7, tid: 0, cat: 'trigger', name: 'trigger' };
    assert.deepEqual(only('s'), [{ ...arrow, ph: 's', id: 1, ts: 1_000 }, { ...arrow, ph: 's', id: 2, ts: 12_000 }]);
    assert.deepEqual(only('f'), [
      { ...arrow, ph: 'f', id: 1, ts: 11_000, bp: 'e' }, { ...arrow, ph: 'f', id: 2, ts: 81_000, bp: 'e' },
    ]);
    assert.deepEqual(only('M').map((/** @type {any} */ { name, tid, args }) => [name, tid, args.name]), [
      ['process_name', 0, 'node /srv/app.js'], ['thread_name', 0, 'main'], ['thread_name', 1, 'worker 1 helper'],
    ]);
    assert.deepEqual(only('i').map((/** @type {any} */ { name, ts }) => [name, ts]), [['half way', 72_000]]);
    assert.deepEqual(otherData.dropped, { PROMISE: 12 });
  });

  it('shows a callback that did not return', () => {
    const main = new Thread(0);
    main.init(MS, 2, 'Timeout');
    main.before(2 * MS, 2);
    main.init(5 * MS, 3, 'TickObject', { trigger: 2 });
    report(record('open', header(), main), '--chrome', 'open.json');
    const { traceEvents } = JSON.parse(fs.readFileSync(path.join(folder, 'open.json'), 'utf8'));
    const { ts, dur, args } = traceEvents.find((/** @type {any} */ event) => event.ph === 'X');
    assert.deepEqual({ ts, dur, args }, { ts: 2_000, dur: 3_000, args: { id: 2, trigger: 1, unfinished: true } });
  });
});

/** Two requests over one connection, each with a timer, and a promise that the second leaves behind. */
function requests() {
  const main = new Thread(0);
  main.init(1 * MS, 10, 'TCPWRAP');
  main.init(2 * MS, 14, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 10 });
  for (const [number, time] of [[0, 10], [1, 30]]) {
    const id = 20 + number * 10;
    main.before(time * MS, 14);
    main.init((time + 1) * MS, id, 'Timeout', { trigger: 14 });
    main.after((time + 2) * MS, 14);
    // The end of the request, right after its beginning.
    main.before((time + 2) * MS, 14);
    main.init((time + 3) * MS, id + 1, 'TickObject', { trigger: 14 });
    main.after((time + 3) * MS, 14);
    main.before((time + 4) * MS, id);
    main.init((time + 4) * MS, PROMISE + id, 'PROMISE', { trigger: id });
    main.after((time + 5) * MS, id);
    main.destroy((time + 6) * MS, id);
    main.destroy((time + 6) * MS, id + 1);
    if (number === 0) main.destroy((time + 8) * MS, PROMISE + id);
  }
  main.destroy(50 * MS, 14);
  return record('requests', header({ wall: WALL }), main, end());
}

describe('--traces', () => {
  it('has the spans of each request in a trace of its own', () => {
    assert.equal(report(requests(), '--traces', 'traces').status, 0);
    const traces = lines(path.join(folder, 'traces'));
    const first = traces.find(({ id }) => id === 20);
    assert.deepEqual(first, {
      id: 20, thread: 0, partial: false, startTime: at(11), endTime: at(18), duration: 7,
      spans: [
        { id: 20, type: 'Timeout', parent: 14, startTime: at(11), endTime: at(16), duration: 5 },
        { id: 21, type: 'TickObject', parent: 14, startTime: at(13), endTime: at(16), duration: 3 },
        { id: PROMISE + 20, type: 'PROMISE', parent: 20, startTime: at(14), endTime: at(18), duration: 4 },
      ],
    });
    const ids = traces.map(({ id, spans }) => [id, spans.map((/** @type {any} */ span) => span.id)]);
    assert.deepEqual(ids.toSorted((a, b) => a[0] - b[0]), [[10, [10, 14]], [20, [20, 21, PROMISE + 20]], [30, [30, 31, PROMISE + 30]]]);
    const open = traces.find(({ id }) => id === 30).spans.at(-1);
    assert.deepEqual([open.endTime, open.duration], [null, null]);
  });

  it('writes a trace that does not end in parts', () => {
    const main = new Thread(0);
    main.init(0, 2, 'Timeout');
    for (let id = 3; id < 10_103; id += 1) {
      main.init(id, id, 'TickObject', { trigger: 2 });
      main.destroy(id, id);
    }
    report(record('long', header(), main, end()), '--traces', 'long.traces');
    const traces = lines(path.join(folder, 'long.traces'));
    assert.deepEqual(traces.map(({ id, partial, spans }) => [id, partial, spans.length]), [[2, true, 10_000], [2, false, 101]]);
  });
});

describe('--otlp', () => {
  it('has spans with parents inside of their trace', () => {
    assert.equal(report(requests(), '--otlp', 'out.jsonl').status, 0);
    const requestLines = lines(path.join(folder, 'out.jsonl'));
    assert.equal(requestLines.length, 1);
    const [{ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] }] = requestLines;
    const attributes = Object.fromEntries(resource.attributes.map((/** @type {any} */ { key, value }) => [key, value]));
    assert.deepEqual(attributes['service.name'], { stringValue: 'app.js' });
    assert.deepEqual(attributes['process.pid'], { intValue: '7' });
    assert.equal(scope.name, 'async-hooks-rs');
    const byId = new Map(spans.map((/** @type {any} */ span) => [Number(span.attributes[0].value.intValue), span]));
    assert.equal(byId.size, 8);
    for (const { traceId, spanId, kind, startTimeUnixNano, endTimeUnixNano } of spans) {
      assert.match(traceId, /^[0-9a-f]{32}$/);
      assert.match(spanId, /^[0-9a-f]{16}$/);
      assert.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano));
      assert.ok(kind === 1 || kind === 2);
    }
    assert.equal(new Set(spans.map((/** @type {any} */ span) => span.spanId)).size, 8);
    const timer = byId.get(20);
    const promise = byId.get(PROMISE + 20);
    assert.deepEqual([timer.name, timer.startTimeUnixNano, timer.endTimeUnixNano], ['Timeout', '1700000000011000000', '1700000000016000000']);
    assert.deepEqual([promise.traceId, promise.parentSpanId], [timer.traceId, timer.spanId]);
    assert.equal(timer.parentSpanId, undefined);
    assert.notEqual(byId.get(30).traceId, timer.traceId);
    assert.deepEqual(byId.get(PROMISE + 30).attributes.at(-1), { key: 'async.alive', value: { boolValue: true } });
  });

  it('writes many spans in lines of 500', () => {
    const main = new Thread(0);
    for (let id = 2; id < 1_203; id += 1) {
      main.init(id, id, 'TickObject');
      main.destroy(id, id);
    }
    report(record('many', header(), main, end()), '--otlp', 'many.jsonl');
    const counts = lines(path.join(folder, 'many.jsonl')).map((line) => line.resourceSpans[0].scopeSpans[0].spans.length);
    assert.deepEqual(counts, [500, 500, 201]);
  });
});

describe('several at once', () => {
  it('are written in one call, and the summary on request', () => {
    const { status, stdout } = report(small(), '--summary', '--chrome', 'a', '--ndjson', 'b', '--traces', 'c', '--otlp', 'd');
    assert.equal(status, 0);
    assert.match(stdout, /^node \/srv\/app\.js/);
    for (const name of 'abcd') assert.ok(fs.statSync(path.join(folder, name)).size > 0);
  });
});

describe('damage', () => {
  /** A file with a good chunk and one with a changed byte, and where that one begins. */
  function damaged() {
    const main = new Thread(0);
    main.init(MS, 2, 'Timeout');
    const good = Buffer.concat([header(), main.chunk()]);
    main.init(2 * MS, 3, 'Immediate');
    const bad = main.chunk();
    bad[30] ^= 1;
    return { file: record('damaged', good, bad, end()), offset: good.length };
  }

  it('is named with its offset, and everything before it is reported', () => {
    const { file, offset } = damaged();
    const { status, stdout, stderr } = report(file, '--summary', '--ndjson', 'damaged.ndjson');
    assert.equal(status, 1);
    assert.match(stdout, new RegExp(`^! The file is damaged at byte ${offset}: a chunk is damaged: its checksum`, 'm'));
    assert.match(stdout, /^ {2}Timeout +1 +1 /m);
    assert.doesNotMatch(stdout, /Immediate/);
    assert.match(stderr, new RegExp(`damaged.*\\(at byte ${offset}\\)`));
    assert.deepEqual(lines(path.join(folder, 'damaged.ndjson')).map(({ id }) => id), [2]);
  });

  it('leaves every form well-formed', () => {
    const { file } = damaged();
    const { status } = report(file, '--chrome', 'x.json', '--traces', 'x.traces', '--otlp', 'x.otlp');
    assert.equal(status, 1);
    JSON.parse(fs.readFileSync(path.join(folder, 'x.json'), 'utf8'));
    assert.equal(lines(path.join(folder, 'x.traces')).length, 1);
    assert.equal(lines(path.join(folder, 'x.otlp')).length, 1);
  });

  it('is not what a killed process leaves', () => {
    const main = new Thread(0);
    main.init(MS, 2, 'Timeout');
    const { status, stdout } = report(record('killed', header(), main));
    assert.equal(status, 0);
    assert.match(stdout, /^! The recording was not ended: the process was killed, or is still running\.$/m);
  });
});

describe('wrong usage', () => {
  /** @type {[string, string[], number, RegExp][]} */
  const cases = [
    ['no file', [], 2, /^No file is given\./],
    ['two files', ['a', 'b'], 2, /^Give one file\./],
    ['an unknown option', ['a', '--svg', 'b'], 2, /Unknown option '--svg'/],
    ['a file that is not there', ['missing'], 3, /^async-hooks-rs report: missing: the file cannot be read: .* \(at byte 0\)\n$/],
    ['a folder', ['.'], 3, /this is a folder, not a recording/],
    ['something else', [__filename], 3, /this is no recording of async-hooks-rs \(at byte 0\)/],
  ];
  for (const [name, args, code, message] of cases) {
    it(`${name} is refused`, () => {
      const { status, stdout, stderr } = report(...args);
      assert.deepEqual({ status, stdout }, { status: code, stdout: '' });
      assert.match(stderr, message);
    });
  }

  it('a file of another version is refused', () => {
    const other = header();
    other.writeUInt16LE(2, 8);
    const { status, stderr } = report(record('other', other, end()));
    assert.equal(status, 3);
    assert.match(stderr, /the file has version 2 of the format, and this reads version 1 \(at byte 8\)/);
  });

  it('an output that cannot be written is named', () => {
    const { status, stderr } = report(small(), '--ndjson', path.join('no', 'such', 'folder'));
    assert.equal(status, 3);
    assert.match(stderr, /folder cannot be written: /);
  });

  it('the recording is not overwritten', () => {
    const file = small();
    const { status, stderr } = report(file, '--ndjson', file);
    assert.equal(status, 2);
    assert.match(stderr, /is the recording itself/);
    assert.equal(report(file).status, 0);
  });

  it('--help tells how to use it', () => {
    const { status, stdout } = report('--help');
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: async-hooks-rs report FILE/);
  });
});
