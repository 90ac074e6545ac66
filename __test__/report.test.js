'use strict';
/** Reports of recordings: each form against known events, damage, wrong usage. */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Thread, end, header } = require('./support/recording');
const { readTraceEvents } = require('./support/trace-events');
const { patience } = require('../scripts/patience');

const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
const WALL = 1_700_000_000_000_000_000n;
const MS = 1e6;
const PROMISE = 1e15;

/** @type {string} */
let folder;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-'));
});
after(() => fs.rmSync(folder, { recursive: true }));

/** @param {string[]} args */
function report(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'report', ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: patience(60_000),
    maxBuffer: 2 ** 26,
  });
  return { status, stdout, stderr };
}

/** @param {(Buffer | Thread)[]} parts */
function record(name = 'recording', ...parts) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.concat(parts.map((part) => (part instanceof Thread ? part.chunk() : part))));
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
const lines = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** @param {number} ms since the recording began */
const at = (ms) => 1_700_000_000_000 + ms;

describe('the first screen', () => {
  it('says what was recorded, what stands out, the routes, and how to see more', () => {
    const { status, stdout, stderr } = report(served());
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const [command, about] = stdout.split('\n');
    assert.equal(command, 'node app.js');
    assert.match(about, /^Node 26\.0\.0, 1\.00 s, event loop busy 40 %, 6 requests, \d+ events$/);
    assert.deepEqual(
      [...stdout.matchAll(/^(?:Findings$|Requests |More: )/gm)].map(([part]) => part.trim()),
      ['Findings', 'Requests', 'More:'],
    );
    assert.doesNotMatch(stdout, /^(?:Process|Threads|Callbacks, by type|Alive at the end|Marks)$/m);
  });

  it('has requests by route and status, those that took the most time first', () => {
    const { stdout } = report(served());
    const rows = stdout
      .slice(stdout.indexOf('\nRequests '))
      .split('\n')
      .slice(2, 5)
      .map((row) => row.split(/ {2,}/).slice(0, 5));
    // A path without a pattern has `:id` for its numbers, and no query.
    assert.deepEqual(
      rows.map(([route, count, , , max]) => [route, count, /\S+ m?s/.exec(max)?.[0]]),
      [
        ['GET /user/:id 200', '3', '150 ms'],
        ['GET /never open', '1', '60.0 ms'],
        ['POST /pay/:id 502', '2', '10.0 ms'],
      ],
    );
  });

  it('fits into as many columns as there are, and has everything with --all', () => {
    const { stdout } = report(served());
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 120),
      stdout,
    );
    const all = report(served(), '--all').stdout;
    for (const part of ['Findings', 'Process', 'Threads', 'Callbacks, by type', 'Waiting and lifetime, by type', 'Alive at the end']) {
      assert.match(all, new RegExp(`^${part}$`, 'm'));
    }
    assert.doesNotMatch(all, /^More: /m);
  });

  it('says so where nothing was recorded', () => {
    const { stdout } = report(record('empty', header(), end()));
    assert.match(stdout, /Nothing stands out\.\n +No asynchronous operation was recorded/);
  });

  it('is JSON on request', () => {
    const { status, stdout } = report(served(), '--json');
    assert.equal(status, 0);
    const { argv, node, durationNs, events, complete, findings, routes } = JSON.parse(stdout);
    assert.deepEqual(
      { argv, node, durationNs, complete },
      { argv: ['node', '/srv/app.js'], node: 'v26.0.0', durationNs: 1000 * MS, complete: true },
    );
    assert.ok(events > 0 && Array.isArray(findings));
    const slow = routes.find((/** @type {any} */ { route }) => route === 'GET /user/:id');
    assert.deepEqual([slow.status, slow.count, slow.maxNs, slow.totalNs], [200, 3, 150 * MS, 350 * MS]);
  });
});

/** Six requests of three routes, of which the last one is not answered. */
function served() {
  const main = new Thread(0);
  main.start(0, 0);
  main.fact('folder', 0, '/srv');
  main.init(1 * MS, 14, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 0 });
  let number = 0;
  for (const [begin, took, asks, route, status] of /** @type {[number, number, string, string?, string?][]} */ ([
    [10, 100, 'GET /user/1', '/user/:id', '200'],
    [120, 100, 'GET /user/22', '/user/:id', '200'],
    [230, 150, 'GET /user/333', '/user/:id', '200'],
    [400, 5, 'POST /pay/7', undefined, '502'],
    [420, 10, 'POST /pay/8', undefined, '502'],
    [940, 0, 'GET /never'],
  ])) {
    number += 1;
    main.before(begin * MS, 14);
    main.request(begin * MS, 14, number);
    main.fact('asks', number, asks);
    main.init(begin * MS, 100 + number, 'Timeout', { trigger: 14, stack: '    at node:timers:1:1\n    at loads (/srv/app.js:12:5)' });
    main.after(begin * MS, 14);
    if (status === undefined) continue;
    main.before((begin + took) * MS, 100 + number);
    if (route !== undefined) main.fact('route', number, route);
    main.fact('status', number, status);
    main.response((begin + took) * MS, number);
    main.after((begin + took) * MS, 100 + number);
    main.destroy((begin + took) * MS, 100 + number);
  }
  main.loop(1000 * MS, 600 * MS, 400 * MS);
  main.end(1000 * MS, 'exit');
  return record('served', header({ wall: WALL, argv: ['node', '/srv/app.js'] }), main, end());
}

describe('the summary', () => {
  it('says what was created, ran, waited and lived', () => {
    const { status, stdout, stderr } = report(small(), '--all');
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.match(stdout, /^ {2}node \/srv\/app\.js \(v26\.0\.0, process 7, linux x64\)\n {2}11 events in 99\.0 ms$/m);
    assert.match(stdout, /^ {2}timer \(Timeout\) +1 +0 +1 +\S+ ms +\S+ ms +60\.0 ms +60\.0 ms$/m);
    assert.match(stdout, /^ {2}timer \(Timeout\) +\S+ ms +\S+ ms +10\.0 ms +10\.0 ms +\S+ ms +\S+ ms +89\.0 ms +89\.0 ms$/m);
    assert.match(stdout, /^ {2}promise \(PROMISE\) +1 +1 +0 +- +- +- +-$/m);
    assert.match(stdout, /^ {2}main +event loop busy 67 % \(60\.0 ms of 90\.0 ms\), callbacks ran for 62\.0 ms$/m);
    assert.match(stdout, /^ {2}worker 1 helper .* ended: exit$/m);
    assert.match(stdout, /half way/);
  });

  it('says what was dropped before everything else', () => {
    const { stdout } = report(small());
    assert.match(stdout.split('\n')[2], /^! 12 resources were dropped: promise \(PROMISE\) 12\.$/);
  });

  it('shows the longest callbacks and what triggered them', () => {
    const { stdout } = report(small(), '--all');
    const chain = stdout.slice(stdout.indexOf('Longest'));
    assert.match(chain, /60\.0 ms at 11\.0 ms on the thread main\n +of timer \(Timeout\) 5, created at begin \(\/srv\/app\.js:3:1\)\n/);
    assert.match(chain, /of file operation \(FSREQCALLBACK\) 6\n +triggered by timer \(Timeout\) 5, created at begin/);
  });

  it('shows a row of promises as one link', () => {
    const main = new Thread(0);
    main.init(0, 2, 'Timeout');
    for (let id = 1; id <= 500; id += 1) main.init(id, PROMISE + id, 'PROMISE', { trigger: id === 1 ? 2 : PROMISE + id - 1 });
    main.before(600, PROMISE + 500);
    main.after(700, PROMISE + 500);
    const { stdout } = report(record('chain', header(), main, end()), '--all');
    assert.match(stdout, /of promise \(PROMISE\) 500 and 499 before it\n +triggered by timer \(Timeout\) 2\n\n/);
  });

  it('shows what was alive at the end', () => {
    const { stdout } = report(small(), '--all');
    const alive = stdout.slice(stdout.indexOf('Alive at the end'));
    assert.match(alive, /what can keep a process alive:\n +1 message port \(MESSAGEPORT\), the oldest for 95\.0 ms\n/);
    assert.match(alive, /the rest:\n +1 promise \(PROMISE\)/);
  });
});

describe('findings', () => {
  /** A stack that begins in Node, at a line of a file of the program. @param {string} name @param {number} line */
  const at = (name, line, file = '/srv/app.js') =>
    `    at node:internal/timers:1:1\n    at ${name} (${file}:${line}:3)\n    at begin (/srv/app.js:1:1)`;

  /**
   * @param {(main: Thread) => void} fill
   * @param {{ ending?: string | null, wanted?: string[] }} [options] `ending`: the reason, null for none
   * @returns {{ kind: string, text: string, evidence: string[], place?: any, route?: string, worker?: number, atNs?: number, endNs?: number, resource?: number, request?: number }[]}
   */
  function findings(fill, { ending = 'exit', wanted = [] } = {}) {
    const main = new Thread(0);
    main.start(0, 0);
    main.fact('folder', 0, '/srv');
    fill(main);
    if (ending !== null) main.end(main.time, ending);
    const about = header({ options: '{"promises":true}' });
    const { stdout } = report(record('findings', about, main, ...(ending === null ? [] : [end()])), '--json', ...wanted);
    return JSON.parse(stdout).findings;
  }

  /** Where in the recording a finding leads: the thread, from when to when in ms, the resource, the request. @param {ReturnType<typeof findings>[number]} finding */
  const where = ({ worker, atNs = NaN, endNs = NaN, resource, request }) => [
    worker,
    Math.round(atNs / MS),
    Math.round(endNs / MS),
    resource,
    request,
  ];

  /** @param {ReturnType<typeof findings>} all @param {string} kind */
  function only(all, kind) {
    assert.deepEqual(
      all.map((finding) => finding.kind),
      [kind],
      JSON.stringify(all),
    );
    return all[0];
  }

  it('tell of a callback that blocked the loop, by where it ran', () => {
    const { text, place, ...of } = only(
      findings((main) => {
        main.init(0, 2, 'Timeout', { stack: at('makesTimer', 3) });
        for (const [begin, took] of [
          [1, 49],
          [100, 600],
          [2000, 3000],
        ]) {
          main.before(begin * MS, 2);
          for (let ms = 10; ms < took; ms += 10) main.sample((begin + ms) * MS, at('computes', 22));
          main.after((begin + took) * MS, 2);
        }
      }),
      'block',
    );
    // Less than 50 ms does not count.
    assert.equal(text, 'computes (app.js:22) blocked the event loop 2 times, for 3.00 s at most, 3.60 s in all.');
    assert.deepEqual(place, { function: 'computes', file: '/srv/app.js', line: 22, column: 3 });
    assert.deepEqual(where({ text, ...of }), [0, 2000, 5000, 2, undefined], 'the longest one');
  });

  it('tell of a callback that blocked the loop by where its resource was made, where nothing says where it ran', () => {
    const { text } = only(
      findings((main) => {
        main.init(0, 2, 'Timeout', { stack: at('makesTimer', 3) });
        main.before(100 * MS, 2);
        main.after(2100 * MS, 2);
      }),
      'block',
    );
    assert.match(text, /makesTimer \(app\.js:3\) blocked the event loop for 2\.00 s\.$/);
  });

  it('tell who waited behind a request that blocked the loop', () => {
    const { text, evidence, route, ...of } = only(
      findings((main) => {
        main.init(0, 14, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 0 });
        main.init(0, 15, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 0 });
        for (const [number, connection, asks] of /** @type {[number, number, string][]} */ ([
          [1, 15, 'GET /other'],
          [2, 14, 'GET /slow?x=1'],
        ])) {
          main.before(number * MS, connection);
          main.request(number * MS, connection, number);
          main.fact('asks', number, asks.replace(/\?.*/, ''));
          if (number === 2) for (let ms = 10; ms < 200; ms += 10) main.sample(ms * MS, at('sorts', 9));
          main.after((number === 1 ? 1 : 202) * MS, connection);
        }
        for (const number of [1, 2]) {
          main.fact('status', number, '200');
          main.response((202 + number) * MS, number);
        }
      }),
      'block',
    );
    assert.equal(text, 'sorts (app.js:9) blocked the event loop for 200 ms.');
    assert.equal(route, 'GET /slow');
    assert.deepEqual(where({ text, evidence, ...of }), [0, 2, 202, 14, 2]);
    assert.match(evidence.join('\n'), /GET \/slow[^]*1 other request waited/);
  });

  it('do not blame a callback for the one inside of it twice', () => {
    const { text } = only(
      findings((main) => {
        main.init(0, 2, 'Timeout', { stack: at('outer', 4) });
        main.init(0, 3, 'Inner', { stack: at('inner', 5) });
        main.before(0, 2);
        main.before(MS, 3);
        main.after(2800 * MS, 3);
        main.after(2900 * MS, 2);
      }),
      'block',
    );
    assert.match(text, /outer \(app\.js:4\) blocked the event loop for 2\.90 s\.$/);
  });

  it('tell of promises that never settled, and who awaits them', () => {
    const made = '    at new Promise (<anonymous>)\n    at waits (/srv/app.js:7:3)';
    const { text, evidence, place, ...of } = only(
      findings((main) => {
        for (let id = 1; id <= 5; id += 1) {
          main.init(id, PROMISE + id, 'PROMISE', { stack: made });
          main.init(id, PROMISE + 10 + id, 'PROMISE', { trigger: PROMISE + id, stack: at('awaits', 8) });
        }
      }),
      'unsettled',
    );
    assert.equal(text, '5 promises never settle: made at waits (app.js:7).');
    assert.deepEqual(evidence, ['Awaited at awaits (app.js:8).']);
    assert.equal(place.line, 7);
    assert.deepEqual(where({ text, evidence, ...of }), [0, 0, 0, PROMISE + 1, undefined], 'the oldest one');
  });

  it('tell of timers and other types that grow without end, and of no others', () => {
    const all = findings(
      (main) => {
        let id = 1;
        for (let time = 0; time < 400; time += 1) {
          for (const [type, line] of /** @type {[string, number][]} */ ([
            ['Timeout', 11],
            ['FSEVENTWRAP', 12],
            ['TCPWRAP', 13],
          ])) {
            id += 1;
            main.init(time * MS, id, type, { stack: at('makes', line) });
            if (type === 'Timeout') main.delay(id, 60_000, true);
            if (line === 13) main.destroy(time * MS, id);
          }
        }
      },
      { ending: null },
    );
    const leaks = all.filter(({ kind }) => kind === 'leak');
    assert.deepEqual(leaks.map(({ place }) => place.line).sort(), [11, 12]);
    for (const leak of leaks) assert.deepEqual(where(leak), [0, 0, 399, leak.place.line === 11 ? 2 : 3, undefined], 'the oldest one');
    for (const { text } of leaks) assert.match(text, /^400 .* leak at makes \(app\.js:1[12]\): .*none of them has ended\.$/);
  });

  it('tell of what only the collector ends, as far as it has collected everything since', () => {
    /** @param {number} since when the last collection began, in milliseconds; the recorder tells of it at 399 */
    const leaksAfter = (since) =>
      findings((main) => {
        main.fact('collected', 0, '');
        // By their ends alone, promises would be taken for old at the last one.
        for (const [id, time] of [
          [PROMISE + 1, 10],
          [PROMISE + 2, 20],
          [PROMISE + 3, 30],
        ])
          main.init(time * MS, id, 'PROMISE');
        const ends = new Map([
          [100, PROMISE + 3],
          [200, PROMISE + 2],
          [398, PROMISE + 1],
        ]);
        for (let time = 40; time < 400; time += 1) {
          main.init(time * MS, time, 'OWN', { stack: at('makes', 11) });
          const ended = ends.get(time);
          if (ended !== undefined) main.destroy(time * MS, ended);
        }
        if (since > 0) main.fact('collected', (399 - since) * 1000, '');
      }).filter(({ kind }) => kind === 'leak');
    assert.deepEqual(leaksAfter(0), [], 'nothing was collected');
    assert.deepEqual(leaksAfter(50), [], 'ten are too few');
    const [{ text }, ...others] = leaksAfter(380);
    assert.deepEqual(others, []);
    assert.match(text, /^340 .* leak at makes \(app\.js:11\): .*none of them has ended\.$/);
  });

  it('tell of calls that waited for the thread pool, and who held it', () => {
    const { text, ...of } = only(
      findings((main) => {
        for (let id = 2; id < 10; id += 1)
          main.init(id, id, id < 6 ? 'PBKDF2REQUEST' : 'GETADDRINFOREQWRAP', { stack: at(id < 6 ? 'hashes' : 'looksUp', id < 6 ? 3 : 4) });
        for (let id = 2; id < 10; id += 1) {
          const time = (id < 6 ? 200 : 210) * MS;
          main.before(time, id);
          main.after(time, id);
          main.destroy(time, id);
        }
      }),
      'thread-pool',
    );
    assert.deepEqual(where({ text, ...of }), [0, 0, 200, undefined, undefined], 'while calls waited');
    assert.match(text, /^The thread pool was the bottleneck: 4 calls waited for it, 200 ms at most\..*hashes \(app\.js:3\)\.$/);
  });

  it('tell what keeps a program alive that does not exit, or any on request', () => {
    const fill = (/** @type {Thread} */ main) => {
      main.init(0, 2, 'TCPSERVERWRAP', { stack: at('listens', 5) });
      main.init(0, 3, 'Timeout', { stack: at('ticks', 6) });
      main.delay(3, 1000, true);
      main.fact('does', 2, 'server on port 8080');
      main.fact('holds', 0, '2,3');
      for (let time = 1000; time <= 5000; time += 1000) {
        main.before(time * MS, 3);
        main.after(time * MS, 3);
      }
      main.loop(5000 * MS, 5000 * MS, 0);
    };
    const all = findings(fill, { ending: null });
    const { text, evidence, ...of } = /** @type {any} */ (all.find(({ kind }) => kind === 'does-not-exit'));
    assert.deepEqual(where(of), [0, 0, 5000, 3, undefined], 'what is named first');
    const said = [text, ...evidence].join('\n');
    assert.match(said, /server on port 8080, listens \(app\.js:5\)/);
    assert.match(said, /ticks \(app\.js:6\)/);
    assert.deepEqual(
      findings(fill).filter(({ kind }) => kind === 'does-not-exit'),
      [],
    );
    assert.equal(findings(fill, { wanted: ['--why'] }).filter(({ kind }) => kind === 'does-not-exit').length, 1);
  });

  it('tell what ended a program', () => {
    const { text, place, ...of } = only(
      findings(
        (main) => {
          main.init(0, 2, 'Timeout', { stack: at('makesTimer', 3) });
          main.before(MS, 2);
          main.fact('crash', 2, `TypeError: no such user\n${at('loadUser', 30)}`);
        },
        { ending: 'uncaught exception' },
      ),
      'crash',
    );
    assert.match(text, /^The program ended by an uncaught exception: TypeError: no such user, thrown at loadUser \(app\.js:30\)/);
    assert.equal(place.function, 'loadUser');
    assert.deepEqual(where({ text, ...of }), [0, 1, 1, 2, undefined], 'the end');
  });

  it('tell what was lost', () => {
    const { text } = only(
      findings((main) => main.dropped('PROMISE', 12)),
      'lost',
    );
    assert.match(text, /^12 resources were not recorded/);
  });

  it('say nothing of what is in order', () => {
    const fill = (/** @type {Thread} */ main) => {
      main.init(0, 2, 'FSREQCALLBACK', { stack: at('reads', 2) });
      main.init(0, PROMISE + 1, 'PROMISE', { stack: `    at new Promise (<anonymous>)\n${at('waits', 7)}` });
      main.init(0, PROMISE + 2, 'PROMISE', { trigger: PROMISE + 1, stack: at('awaits', 8) });
      main.before(MS, 2);
      main.promiseResolve(MS, PROMISE + 1);
      main.after(2 * MS, 2);
    };
    assert.deepEqual(findings(fill), []);
    const main = new Thread(0);
    fill(main);
    assert.match(report(record('healthy', header(), main, end())).stdout, /^ {2}Nothing stands out\.$/m);
  });
});

describe('--ndjson', () => {
  it('has one object an event', () => {
    assert.equal(report(small(), '--ndjson', 'out.ndjson').status, 0);
    const stack = 'at begin (/srv/app.js:3:1)\nat node:internal/main';
    assert.deepEqual(lines(path.join(folder, 'out.ndjson')), [
      { phase: 'start', worker: 0, name: '', time: at(0), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'init', parent: 1, current: 1, stack, time: at(1), thread: 0 },
      { id: PROMISE + 1, type: 'PROMISE', phase: 'init', parent: 5, current: 1, time: at(2), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'before', time: at(11), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'init', parent: 5, current: 5, time: at(12), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'after', time: at(71), thread: 0 },
      { phase: 'mark', name: 'half way', time: at(72), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'before', time: at(81), thread: 0 },
      { id: PROMISE + 1, type: 'PROMISE', phase: 'promiseResolve', time: at(82), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'after', time: at(83), thread: 0 },
      { id: 5, type: 'Timeout', phase: 'destroy', time: at(90), thread: 0 },
      { id: 6, type: 'FSREQCALLBACK', phase: 'destroy', time: at(91), thread: 0 },
      { phase: 'start', worker: 1, name: 'helper', time: at(3), thread: 1 },
      { id: 5, type: 'MESSAGEPORT', phase: 'init', parent: 0, current: 0, time: at(4), thread: 1 },
      { phase: 'dropped', type: 'PROMISE', count: 12, thread: 1 },
      { phase: 'end', reason: 'exit', time: at(99), thread: 1 },
    ]);
  });

  it('has the requests of servers', () => {
    report(keptAlive(), '--ndjson', 'requests.ndjson');
    const others = lines(path.join(folder, 'requests.ndjson')).filter(({ id }) => id === undefined);
    assert.deepEqual(others.slice(0, 3), [
      { phase: 'request', request: 1, connection: 14, time: at(10), thread: 0 },
      { phase: 'request', request: 2, connection: 14, time: at(13), thread: 0 },
      { phase: 'response', request: 1, time: at(16), thread: 0 },
    ]);
  });

  it('tells the time that the wall clock showed, also where it was set', () => {
    const main = new Thread(0);
    const hour = 3_600_000_000_000n;
    main.start(1 * MS, 0);
    main.clock(1 * MS, WALL + 1_000_000n);
    main.init(2 * MS, 5, 'Timeout');
    main.clock(3 * MS, WALL + 3_000_000n + hour);
    main.before(3 * MS, 5);
    main.after(4 * MS, 5);
    main.clock(5 * MS, WALL + 5_000_000n - hour);
    main.destroy(6 * MS, 5);
    const worker = new Thread(1);
    worker.init(2 * MS, 5, 'Timeout');
    const file = record('clock', header({ wall: WALL }), main, worker, end());
    report(file, '--ndjson', 'clock.ndjson', '--otlp', 'clock.otlp', '--traces', 'clock.traces');
    const times = lines(path.join(folder, 'clock.ndjson'))
      .filter(({ id }) => id === 5)
      .map(({ time }) => time);
    const ms = Number(hour) / MS;
    // What happens at the moment of a setting is still of the clock before.
    assert.deepEqual(times, [at(2), at(3), at(4) + ms, at(6) - ms, at(2)]);
    // A span lasts as long as it lasted.
    const [{ startTimeUnixNano, endTimeUnixNano }] = spansOf(lines(path.join(folder, 'clock.otlp')));
    assert.deepEqual([BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)], [WALL + 2_000_000n, WALL + 6_000_000n]);
    const [{ startTime, endTime, duration }] = lines(path.join(folder, 'clock.traces'));
    assert.deepEqual([startTime, endTime, duration], [at(2), at(6), 4]);
  });

  it('does not know the type of what was created before the recording', () => {
    const main = new Thread(0);
    main.after(1, 9);
    main.destroy(2, 9);
    report(record('early', header(), main, end()), '--ndjson', 'early.ndjson');
    const events = lines(path.join(folder, 'early.ndjson'));
    assert.deepEqual(
      events.map(({ id, type, phase }) => [id, type, phase]),
      [
        [9, null, 'after'],
        [9, null, 'destroy'],
      ],
    );
  });
});

describe('--chrome', () => {
  it('has a slice for each callback and an arrow from the one that created its resource', () => {
    assert.equal(report(small(), '--chrome', 'out.json').status, 0);
    const { traceEvents, otherData } = JSON.parse(fs.readFileSync(path.join(folder, 'out.json'), 'utf8'));
    const all = (/** @type {string} */ phases) => traceEvents.filter((/** @type {any} */ event) => phases.includes(event.ph));
    const stack = 'at begin (/srv/app.js:3:1)\nat node:internal/main';
    const of = { pid: 7, tid: 1 };
    const arrow = { ...of, cat: 'trigger', name: 'trigger', id: 1 };
    // The first timer was created in no callback, and nothing leads to it.
    assert.deepEqual(all('BEsf'), [
      {
        ...of,
        ph: 'B',
        cat: 'callback',
        name: 'timer',
        ts: 11_000,
        args: { id: 5, type: 'Timeout', trigger: 1, place: 'begin (/srv/app.js:3)', created: stack },
      },
      { ...of, ph: 'E', ts: 71_000 },
      { ...of, ph: 'B', cat: 'callback', name: 'file operation', ts: 81_000, args: { id: 6, type: 'FSREQCALLBACK', trigger: 5 } },
      { ...arrow, ph: 's', ts: 12_000 },
      { ...arrow, ph: 'f', ts: 81_000, bp: 'e' },
      { ...of, ph: 'E', ts: 83_000 },
    ]);
    assert.deepEqual(
      all('M').map((/** @type {any} */ { name, tid, args }) => [name, tid, args.name]),
      [
        ['process_name', 1, 'node /srv/app.js'],
        ['thread_name', 1, 'main'],
        ['thread_name', 2, 'worker 1 helper'],
      ],
    );
    assert.deepEqual(
      all('i').map((/** @type {any} */ { name, ts }) => [name, ts]),
      [['half way', 72_000]],
    );
    assert.deepEqual(otherData.dropped, { PROMISE: 12 });
  });

  it('is what viewers read, with every arrow within slices', () => {
    report(keptAlive(), '--chrome', 'kept.json');
    const { arrows, slices, open } = readTraceEvents(fs.readFileSync(path.join(folder, 'kept.json'), 'utf8'));
    assert.deepEqual(arrows, new Array(3).fill(['HTTP connection', 'timer']));
    assert.deepEqual([slices, open], [8, 0]);
  });

  it('ends the slices that an exception left behind, and leaves open what did not return', () => {
    const main = new Thread(0);
    main.init(MS, 2, 'Timeout');
    main.before(2 * MS, 2);
    main.before(3 * MS, 9);
    main.after(4 * MS, 2);
    main.before(5 * MS, 2);
    main.init(6 * MS, 3, 'TickObject', { trigger: 2 });
    report(record('open', header(), main), '--chrome', 'open.json');
    const text = fs.readFileSync(path.join(folder, 'open.json'), 'utf8');
    assert.deepEqual(readTraceEvents(text), { arrows: [], slices: 3, open: 1 });
    const { traceEvents } = JSON.parse(text);
    const slices = traceEvents.filter((/** @type {any} */ { ph }) => ph !== 'M');
    assert.deepEqual(
      slices.map((/** @type {any} */ { ph, ts }) => [ph, ts]),
      [
        ['B', 2_000],
        ['B', 3_000],
        ['E', 4_000],
        ['E', 4_000],
        ['B', 5_000],
      ],
    );
  });
});

/** Two requests over one connection, each with a timer, and a promise that the second leaves behind. */
function requests() {
  const main = new Thread(0);
  main.init(1 * MS, 10, 'TCPWRAP');
  main.init(2 * MS, 14, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 10 });
  for (const [number, time] of [
    [0, 10],
    [1, 30],
  ]) {
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

/**
 * Three requests over one connection, of which the recorder tells the boundaries: the first two were sent at once, and the body of
 * the third comes after other things have run. Each has a timer.
 */
function keptAlive() {
  const main = new Thread(0);
  main.init(1 * MS, 10, 'TCPWRAP');
  main.init(2 * MS, 14, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 10 });
  /** @type {(time: number, number: number, timer: number) => void} */
  const head = (time, number, timer) => {
    main.before(time * MS, 14);
    main.request(time * MS, 14, number);
    main.init((time + 1) * MS, timer, 'Timeout', { trigger: 14 });
    main.after((time + 2) * MS, 14);
  };
  /** @type {(time: number, number: number, timer: number) => void} */
  const respond = (time, number, timer) => {
    main.before(time * MS, timer);
    main.init(time * MS, timer + 1, 'TickObject', { trigger: 10, current: timer });
    main.response(time * MS, number);
    main.after((time + 1) * MS, timer);
    main.destroy((time + 1) * MS, timer);
    main.destroy((time + 1) * MS, timer + 1);
  };
  head(10, 1, 20);
  head(13, 2, 30);
  respond(16, 1, 20);
  respond(18, 2, 30);
  head(30, 3, 40);
  main.before(33 * MS, 10);
  main.after(34 * MS, 10);
  main.before(35 * MS, 14);
  main.init(35 * MS, 43, 'TickObject', { trigger: 14 });
  main.after(36 * MS, 14);
  main.destroy(36 * MS, 43);
  respond(37, 3, 40);
  main.destroy(50 * MS, 14);
  main.destroy(50 * MS, 10);
  return record('kept-alive', header({ wall: WALL }), main, end());
}

/** @param {any[]} requests lines of OTLP @returns {any[]} */
const spansOf = (requests) =>
  requests.flatMap(
    ({
      resourceSpans: [
        {
          scopeSpans: [{ spans }],
        },
      ],
    }) => spans,
  );

describe('--traces', () => {
  it('has a trace for each request of a connection that is kept alive', () => {
    assert.equal(report(keptAlive(), '--traces', 'kept.traces').status, 0);
    const traces = lines(path.join(folder, 'kept.traces'));
    assert.deepEqual(
      traces.map(({ id, request, partial, spans }) => [id, request, partial, spans.map((/** @type {any} */ span) => span.id)]),
      [
        [14, 1, false, [14, 20, 21]],
        [14, 2, false, [14, 30, 31]],
        [14, 3, false, [14, 40, 43, 41]],
        [10, undefined, false, [10, 14]],
      ],
    );
    const type = 'HTTPINCOMINGMESSAGE';
    assert.deepEqual(traces[0].spans[0], { id: 14, type, parent: 10, startTime: at(10), endTime: at(16), duration: 6 });
    assert.deepEqual(traces[2].spans[0], { id: 14, type, parent: 10, startTime: at(30), endTime: at(37), duration: 7 });
  });

  it('takes a stream of HTTP/2 that a session receives for a request', () => {
    const main = new Thread(0);
    main.init(0, 2, 'HTTP2SESSION');
    for (const id of [3, 5]) {
      main.before(id * MS, 2);
      main.init(id * MS, id, 'HTTP2STREAM', { trigger: 2 });
      main.init(id * MS, id + 1, 'TickObject', { trigger: id, current: 2 });
      main.after(id * MS, 2);
    }
    report(record('h2', header(), main, end()), '--traces', 'h2.traces', '--otlp', 'h2.otlp');
    const traces = lines(path.join(folder, 'h2.traces'));
    assert.deepEqual(
      traces.map(({ id, spans }) => [id, spans.map((/** @type {any} */ span) => span.id)]),
      [
        [2, [2]],
        [3, [3, 4]],
        [5, [5, 6]],
      ],
    );
    const served = spansOf(lines(path.join(folder, 'h2.otlp'))).filter(({ kind }) => kind === 2);
    assert.deepEqual(
      served.map(({ name, attributes }) => [name, attributesOf({ attributes })['async.type']]),
      new Array(2).fill(['HTTP/2 stream', 'HTTP2STREAM']),
    );
  });

  it('has the spans of each request in a trace of its own where the recorder does not tell of requests', () => {
    assert.equal(report(requests(), '--traces', 'traces').status, 0);
    const traces = lines(path.join(folder, 'traces'));
    const first = traces.find(({ request }) => request === 1);
    assert.deepEqual(first, {
      id: 14,
      request: 1,
      thread: 0,
      partial: false,
      startTime: at(10),
      endTime: at(15),
      duration: 5,
      spans: [
        { id: 14, type: 'HTTPINCOMINGMESSAGE', parent: 10, startTime: at(10), endTime: at(15), duration: 5 },
        { id: 20, type: 'Timeout', parent: 14, startTime: at(11), endTime: at(16), duration: 5 },
        { id: 21, type: 'TickObject', parent: 14, startTime: at(13), endTime: at(16), duration: 3 },
        { id: PROMISE + 20, type: 'PROMISE', parent: 20, startTime: at(14), endTime: at(18), duration: 4 },
      ],
    });
    const ids = traces.map(({ id, request, spans }) => [id, request, spans.map((/** @type {any} */ span) => span.id)]);
    assert.deepEqual(
      ids.toSorted((a, b) => a[0] - b[0]),
      [
        [10, undefined, [10, 14]],
        [14, 1, [14, 20, 21, PROMISE + 20]],
        [14, 2, [14, 30, 31, PROMISE + 30]],
      ],
    );
    const open = traces.find(({ request }) => request === 2).spans.at(-1);
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
    assert.deepEqual(
      traces.map(({ id, partial, spans }) => [id, partial, spans.length]),
      [
        [2, true, 10_000],
        [2, false, 101],
      ],
    );
  });
});

/** @param {{ attributes: any[] }} span @returns {Record<string, unknown>} */
const attributesOf = ({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
/** @param {any[]} spans @param {number} id */
const spanOf = (spans, id) => spans.find((span) => span.kind === 1 && attributesOf(span)['async.id'] === String(id));

/** Only the fields of OTLP's Span, each as its JSON mapping writes it. @param {any} span */
function assertSpan(span) {
  const { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano, attributes, ...rest } = span;
  assert.deepEqual(rest, {});
  assert.match(traceId, /^(?!0{32})[0-9a-f]{32}$/);
  assert.match(spanId, /^(?!0{16})[0-9a-f]{16}$/);
  assert.match(parentSpanId ?? spanId, /^(?!0{16})[0-9a-f]{16}$/);
  assert.equal(typeof name, 'string');
  assert.ok(kind === 1 || kind === 2);
  for (const time of [startTimeUnixNano, endTimeUnixNano]) assert.match(time, /^\d{1,20}$/);
  assert.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano));
  for (const { key, value } of attributes) {
    assert.equal(typeof key, 'string');
    const [[kindOfValue, content], ...more] = Object.entries(value);
    assert.equal(more.length, 0);
    if (kindOfValue === 'intValue') assert.match(content, /^-?\d+$/);
    else assert.equal(typeof content, kindOfValue === 'boolValue' ? 'boolean' : 'string');
  }
}

describe('--otlp', () => {
  it('has spans with parents inside of their trace', () => {
    assert.equal(report(requests(), '--otlp', 'out.jsonl').status, 0);
    const requestLines = lines(path.join(folder, 'out.jsonl'));
    assert.equal(requestLines.length, 1);
    const [
      {
        resourceSpans: [
          {
            resource,
            scopeSpans: [{ scope, spans }],
          },
        ],
      },
    ] = requestLines;
    const attributes = Object.fromEntries(resource.attributes.map((/** @type {any} */ { key, value }) => [key, value]));
    assert.deepEqual(attributes['service.name'], { stringValue: 'app.js' });
    assert.deepEqual(attributes['process.pid'], { intValue: '7' });
    assert.equal(scope.name, 'async-hooks-rs');
    assert.equal(spans.length, 10);
    for (const span of spans) assertSpan(span);
    assert.equal(new Set(spans.map((/** @type {any} */ span) => span.spanId)).size, 10);
    const [served, again] = spans.filter((/** @type {any} */ { kind }) => kind === 2);
    const [timer, promise] = [20, PROMISE + 20].map((id) => spanOf(spans, id));
    assert.deepEqual([served.name, served.parentSpanId], ['HTTP request', undefined]);
    assert.deepEqual([timer.name, timer.startTimeUnixNano, timer.endTimeUnixNano], ['timer', '1700000000011000000', '1700000000016000000']);
    assert.deepEqual([timer.traceId, timer.parentSpanId], [served.traceId, served.spanId]);
    assert.deepEqual([promise.traceId, promise.parentSpanId], [served.traceId, timer.spanId]);
    assert.notEqual(again.traceId, served.traceId);
    assert.equal(spanOf(spans, 30).parentSpanId, again.spanId);
    assert.deepEqual(spanOf(spans, PROMISE + 30).attributes.at(-1), { key: 'async.alive', value: { boolValue: true } });
  });

  it('names requests by what they ask for, spans by what they do, and where', () => {
    report(served(), '--otlp', 'served.otlp', '--traces', 'served.traces', '--chrome', 'served.json');
    const spans = spansOf(lines(path.join(folder, 'served.otlp')));
    for (const { status, ...span } of spans) assertSpan(span);
    const servers = spans.filter(({ kind }) => kind === 2);
    assert.deepEqual(
      servers.map(({ name, status }) => [name, status]),
      [...new Array(3).fill(['GET /user/:id', undefined]), ...new Array(2).fill(['POST /pay/:id', { code: 2 }]), ['GET /never', undefined]],
    );
    const about = servers
      .map(attributesOf)
      .map((of) => [of['http.request.method'], of['url.path'], of['http.route'], of['http.response.status_code'], of['error.type']]);
    assert.deepEqual(about[2], ['GET', '/user/333', '/user/:id', '200', undefined]);
    assert.deepEqual(about[3], ['POST', '/pay/7', '/pay/:id', '502', '502']);
    const timer = attributesOf(spanOf(spans, 101));
    assert.deepEqual(
      [timer['code.function.name'], timer['code.file.path'], timer['code.line.number'], timer['async.type']],
      ['loads', '/srv/app.js', '12', 'Timeout'],
    );
    const [trace] = lines(path.join(folder, 'served.traces')).filter(({ request }) => request === 4);
    assert.deepEqual([trace.method, trace.path, trace.status, trace.spans.at(-1).place], ['POST', '/pay/7', 502, 'loads (app.js:12)']);
    assert.match(fs.readFileSync(path.join(folder, 'served.json'), 'utf8'), /"place":"loads \(app\.js:12\)","request":"GET \/user\/1"/);
  });

  it('continues the trace that a request came with, and no other', () => {
    const [trace, span] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    /** @param {string} traceParent */
    function server(traceParent) {
      const main = new Thread(0);
      main.init(0, 14, 'HTTPINCOMINGMESSAGE', { trigger: 10, current: 0 });
      main.before(MS, 14);
      main.request(MS, 14, 1);
      main.fact('asks', 1, 'GET /');
      main.fact('traceParent', 1, traceParent);
      main.init(MS, 15, 'Timeout', { trigger: 14 });
      main.after(MS, 14);
      main.response(2 * MS, 1);
      report(record('parent', header(), main, end()), '--otlp', 'parent.otlp');
      return spansOf(lines(path.join(folder, 'parent.otlp'))).filter(({ kind, parentSpanId }) => kind === 2 || parentSpanId !== undefined);
    }
    const given = server(`00-${trace}-${span}-01`);
    assert.ok(given.length >= 2);
    assert.ok(given.every(({ traceId }) => traceId === trace));
    assert.equal(given.find(({ kind }) => kind === 2).parentSpanId, span);
    for (const wrong of [
      '',
      'text',
      `00-${'0'.repeat(32)}-${span}-01`,
      `00-${trace}-${'0'.repeat(16)}-01`,
      `00-${trace}-${span}`,
      `ff-${trace}-${span}-01`,
      `00-${trace}-${'x'.repeat(16)}-01`,
    ]) {
      const own = server(wrong);
      for (const each of own) assertSpan(each);
      assert.ok(
        own.every(({ traceId }) => traceId !== trace),
        wrong,
      );
    }
  });

  it('has one root in each trace, and every parent in its own', () => {
    report(keptAlive(), '--otlp', 'kept.otlp');
    const spans = spansOf(lines(path.join(folder, 'kept.otlp')));
    for (const span of spans) assertSpan(span);
    const traceIds = new Set(spans.map(({ traceId }) => traceId));
    assert.equal(traceIds.size, 4);
    for (const id of traceIds) {
      const trace = spans.filter(({ traceId }) => traceId === id);
      const ids = new Set(trace.map(({ spanId }) => spanId));
      assert.equal(trace.filter(({ parentSpanId }) => parentSpanId === undefined).length, 1);
      assert.ok(trace.every(({ parentSpanId }) => parentSpanId === undefined || ids.has(parentSpanId)));
    }
    const served = spans
      .filter(({ kind }) => kind === 2)
      .map(({ startTimeUnixNano, endTimeUnixNano }) => [
        Number(BigInt(startTimeUnixNano) - WALL) / MS,
        Number(BigInt(endTimeUnixNano) - WALL) / MS,
      ]);
    assert.deepEqual(served, [
      [10, 16],
      [13, 18],
      [30, 37],
    ]);
  });

  it('tells what was dropped in an attribute for each type', () => {
    const main = new Thread(0);
    main.dropped('PROMISE', 12);
    main.dropped('a "type"', 3);
    main.init(0, 2, 'Timeout');
    report(record('dropped', header(), main, end()), '--otlp', 'dropped.otlp');
    const [
      {
        resourceSpans: [
          {
            resource: { attributes },
          },
        ],
      },
    ] = lines(path.join(folder, 'dropped.otlp'));
    const dropped = attributes.filter((/** @type {any} */ { key }) => key.startsWith('async.dropped'));
    assert.deepEqual(dropped.map((/** @type {any} */ { key, value }) => [key, value.intValue]).sort(), [
      ['async.dropped.PROMISE', '12'],
      ['async.dropped.a "type"', '3'],
    ]);
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
    assert.match(stdout, /^node \/srv\/app\.js\n/);
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
    const { status, stdout, stderr } = report(file, '--all', '--ndjson', 'damaged.ndjson');
    assert.equal(status, 1);
    assert.match(stdout, new RegExp(`^! The file is damaged at byte ${offset}: a chunk is damaged: its checksum`, 'm'));
    assert.match(stdout, /^ {2}timer \(Timeout\) +1 +1 /m);
    assert.doesNotMatch(stdout, /Immediate/);
    assert.match(stderr, new RegExp(`damaged.*\\(at byte ${offset}\\)`));
    assert.deepEqual(
      lines(path.join(folder, 'damaged.ndjson')).map(({ id }) => id),
      [2],
    );
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
    assert.match(stdout, /^! The recording has no end: a signal or a crash has ended the process, or it is still running\.$/m);
  });
});

describe('wrong usage', () => {
  it('is told in two lines, of which the second names the help', () => {
    for (const args of [[], ['a', '--svg', 'b'], ['a', '--html']]) {
      const { status, stdout, stderr } = report(...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
      assert.match(stderr, /^[^\n]+\nSee "async-hooks-rs report --help"\.\n$/);
    }
  });

  /** @type {[string, string[], number, RegExp][]} */
  const cases = [
    ['no file', [], 2, /^No file is given\./],
    ['a pattern that fits nothing', ['*.none'], 2, /^No file matches \*\.none\./],
    ['an unknown option', ['a', '--svg', 'b'], 2, /Unknown option '--svg'/],
    ['an empty name', [''], 2, /^The name of the file is empty\./],
    ['an empty output', ['a', '--html='], 2, /^--html needs the name of a file\./],
    ['an output without a name', ['a', '--html'], 2, /--html/],
    ['a form twice', ['a', '--html', 'b', '--html', 'c'], 2, /^--html is given twice\./],
    ['one output for two forms', ['a', '--html', 'b', '--otlp', './b'], 2, /^--html and --otlp both write \.\/b\./],
    ['a value where none is taken', ['a', '--summary=no'], 2, /--summary/],
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
