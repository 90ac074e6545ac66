'use strict';

/** The benchmark suite: its figures, its checks, and one row from end to end. No time decides anything here. */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, test } = require('node:test');

const { totalAtLeast, totalAtMost, oursAtMost, runtimeCanIgnorePromises } = require('../tasks/bench/bars');
const { disagreements, problems } = require('../tasks/bench/check');
const { FIVE } = require('../tasks/bench/counters');
const { insert, markdown } = require('../tasks/bench/markdown');
const { operationsPerSecond, timePerOperation } = require('../tasks/bench/measures');
const { rows } = require('../tasks/bench/rows');
const { resultOf } = require('../tasks/bench/run');
const { median, spread, summarize } = require('../tasks/bench/statistics');
const { patience } = require('../scripts/patience');

const BENCH = path.join(__dirname, '..', 'tasks', 'bench');
const TIMEOUT = patience(60_000);

describe('statistics', () => {
  test('the median is the middle value, or between the two middle ones', () => {
    assert.strictEqual(median([30, 1, 2]), 2);
    assert.strictEqual(median([4, 1, 30, 2]), 3);
    assert.strictEqual(median([10, 9, 100]), 10);
    assert.ok(Number.isNaN(median([])));
  });

  test('the spread is half the range of the middle half', () => {
    assert.strictEqual(spread([5, 1, 2, 3, 4]), 1);
    assert.strictEqual(spread([7]), 0);
  });

  test('ratios are medians of those of the rounds', () => {
    const values = { none: [10, 10, 20], builtin: [110, 210, 420], ours: [60, 60, 220] };
    const { none, builtin, ours, total, overhead } = summarize(values, 'lower');
    assert.deepStrictEqual([none, builtin, ours], [10, 210, 60]);
    assert.strictEqual(total, 220 / 420);
    assert.strictEqual(overhead, 0.5);
  });

  test('the overhead of a rate is that of the time it stands for', () => {
    const { total, overhead } = summarize({ none: [1], builtin: [1 / 5], ours: [1 / 3] }, 'higher');
    assert.ok(Math.abs(total - 5 / 3) < 1e-12);
    assert.ok(Math.abs(overhead - 0.5) < 1e-12);
  });

  test('there is no ratio to an overhead that is not there', () => {
    assert.ok(Number.isNaN(summarize({ none: [100], builtin: [101], ours: [150] }, 'lower').overhead));
  });
});

describe('a bar', () => {
  const met = (bar, ours, own) =>
    resultOf(
      { name: 'row', hooks: [], measure: timePerOperation, bar, once: () => 0 },
      { none: [1], builtin: [100], ours: [ours] },
      [],
      own,
    ).met;

  test('may be the most that the total is', () => {
    assert.strictEqual(met(totalAtMost(0.5), 50, true), true);
    assert.strictEqual(met(totalAtMost(0.5), 51, true), false);
  });

  test('may be the least that the total is', () => {
    assert.strictEqual(met(totalAtLeast(1.2, 0.97), 120, true), true);
    assert.strictEqual(met(totalAtLeast(1.2, 0.97), 119, true), false);
  });

  test('depends on what the runtime can do', () => {
    assert.strictEqual(met(totalAtMost(0.33, 1.05), 100, true), false);
    assert.strictEqual(met(totalAtMost(0.33, 1.05), 100, false), true);
  });

  test('may be for ours alone', () => {
    assert.strictEqual(met(oursAtMost(10), 9, true), true);
    assert.strictEqual(met(oursAtMost(10), 11, true), false);
  });

  test('is chosen by feature', () => {
    const [major, minor] = process.versions.node.split('.').map(Number);
    const expected = major >= 26 || (major === 24 && minor >= 12) || (major === 25 && minor >= 2);
    assert.strictEqual(runtimeCanIgnorePromises(), expected);
  });
});

describe('the check of events', () => {
  const row = {
    name: 'row',
    hooks: FIVE,
    measure: timePerOperation,
    bar: totalAtMost(1),
    size: 100,
    batches: 3,
    events: { init: 2, before: 1, after: 1, promiseResolve: 2 },
    prepare: () => async () => {},
  };
  // The loop adds 5, 3, 3 and 4 in each of 3 batches.
  const sample = (timed = {}, all = {}) => ({
    operations: 300,
    batches: 3,
    timed: { init: 615, before: 309, after: 309, promiseResolve: 612, destroy: 0, ...timed },
    all: { init: 900, before: 450, after: 450, promiseResolve: 900, destroy: 899, ...all },
  });

  test('accepts what a row causes', () => {
    assert.deepStrictEqual(problems(row, sample()), []);
  });

  for (const event of ['init', 'before', 'after', 'promiseResolve']) {
    test(`refuses one ${event} too few or too many`, () => {
      const right = sample().timed[event];
      for (const wrong of [right - 1, right + 1]) {
        assert.deepStrictEqual(problems(row, sample({ [event]: wrong })), [`${event}: ${wrong} instead of ${right}`]);
      }
    });
  }

  test('expects of three hooks three times as much', () => {
    assert.match(problems({ ...row, enabledHooks: 3 }, sample()).join(), /init: 615 instead of 1845/);
  });

  test('refuses more destroys than resources, and missing ones', () => {
    assert.match(problems(row, sample({}, { destroy: 901 })).join(), /destroy: 901 for 900/);
    assert.match(problems(row, sample({}, { destroy: 800 })).join(), /800 for 900 resources, garbage collected/);
  });

  test('refuses a time that leaves the destroys out', () => {
    const events = { init: 6e5 + 15, before: 3e5 + 9, after: 3e5 + 9, promiseResolve: 6e5 + 12, destroy: 1_000 };
    const late = { ...sample(events, { init: 7e5, destroy: 7e5 }), operations: 3e5 };
    assert.match(problems(row, late).join(), /destroy: 1000 in time for 600015/);
  });

  test('asks no more of a hook than it has callbacks', () => {
    assert.deepStrictEqual(problems({ ...row, hooks: ['init'] }, sample({ before: 0 }, { destroy: 0 })), []);
  });

  test('compares the two modules where a row cannot be exact', () => {
    const loose = { ...row, events: { init: 2, promiseResolve: 2 }, leastEvents: { before: 1, after: 1 } };
    const ours = sample({ before: 400 });
    assert.deepStrictEqual(problems(loose, ours), []);
    assert.match(problems(loose, sample({ before: 308 })).join(), /before: 308 instead of at least 309/);
    assert.deepStrictEqual(disagreements(loose, sample(), sample()), []);
    assert.deepStrictEqual(disagreements(loose, sample(), ours), ["before: 400 instead of the builtin's 309"]);
  });
});

test('rows have names of their own', () => {
  assert.strictEqual(new Set(rows.map(({ name }) => name)).size, rows.length);
});

test('the Markdown has a table for each set of bars, with a column for each Node', () => {
  const report = (node, own, ours) => ({
    node,
    date: '2030-01-02T03:04:05Z',
    rounds: 7,
    clock: 'busy',
    quick: false,
    own,
    results: [
      resultOf(
        { name: 'row', hooks: [], measure: operationsPerSecond, bar: totalAtLeast(1.2, 1), once: () => 0 },
        { none: [300], builtin: [100], ours: [ours] },
        [],
        own,
      ),
    ],
  });
  const reports = [report('20.1.0', false, 90), report('24.3.0', true, 110), report('26.2.0', true, 130)];
  const [source, ...lines] = markdown(reports, 'npm run bench:matrix').split('\n');
  assert.match(source, /`npm run bench:matrix`, 2030-01-02, .*Node 20\.1\.0, 24\.3\.0, 26\.2\.0; 7 rounds/);
  assert.deepStrictEqual(lines, [
    '',
    '### Node 24 and 26',
    '',
    '| row | bar | Node 24.3.0 | Node 26.2.0 |',
    '| --- | --- | --- | --- |',
    '| row | ≥ 1.20 | **1.10** (300 / 100 / 110 1/s) missed | **1.30** (300 / 100 / 130 1/s) |',
    '',
    '### Node 20',
    '',
    '| row | bar | Node 20.1.0 |',
    '| --- | --- | --- |',
    '| row | ≥ 1.00 | **0.90** (300 / 100 / 90.0 1/s) missed |',
  ]);
});

test('the table replaces what is between the marks', () => {
  const document = fs.readFileSync(path.join(__dirname, '..', 'docs', 'performance.md'), 'utf8');
  const [first, second] = ['| first |', '| second |'];
  const twice = insert(second, insert(first, document));
  assert.ok(twice.includes(`begin -->\n${second}\n<!--`));
  assert.strictEqual(twice.includes(first), false);
  assert.strictEqual(insert(first, twice), insert(first, document));
  assert.throws(() => insert(first, 'no marks'), /no place for the table/);
});

describe('npm run bench', () => {
  /**
   * @param {string[]} options
   * @param {NodeJS.ProcessEnv} [env]
   * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
   */
  const bench = (options, env = process.env) =>
    new Promise((resolve) => {
      execFile(process.execPath, [BENCH, ...options], { env, timeout: TIMEOUT }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });

  /** @param {(folder: string) => Promise<void>} use */
  const inFolder = async (use) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-bench-'));
    try {
      await use(folder);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };

  test('prints and writes what it measured', () =>
    inFolder(async (folder) => {
      const json = path.join(folder, 'report.json');
      const { code, stdout, stderr } = await bench(['--quick', '--rows', '^await chain, five$', '--json', json]);
      assert.deepStrictEqual([code, stderr], [0, '']);
      const [head, row] = stdout.trimEnd().split('\n').slice(-2);
      assert.strictEqual(head.replace(/ +/g, ' '), 'row none builtin ours unit ours/builtin spread overhead bar met');
      assert.match(row, /^await chain, five( +\d[\d.]*){3} +ns +\d+\.\d\d +±0\.00 +\S+ +<= \d\.\d\d +(yes|NO)$/);
      const report = JSON.parse(fs.readFileSync(json, 'utf8'));
      assert.strictEqual(report.node, process.versions.node);
      const [{ values, problems: found }] = report.results;
      assert.deepStrictEqual(
        Object.values(values).map(({ length }) => length),
        [1, 1, 1],
      );
      assert.deepStrictEqual(found, []);
    }));

  test('fails when a variant misses events', () =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'deaf.js');
      fs.writeFileSync(
        file,
        `
      const asyncHooks = require('node:async_hooks');
      const { createHook } = asyncHooks;
      asyncHooks.createHook = ({ before, ...callbacks }) => createHook(callbacks);`,
      );
      const { code, stderr } = await bench(['--quick', '--rows', '^setImmediate, four$'], {
        ...process.env,
        NODE_OPTIONS: `--require ${JSON.stringify(file)}`,
      });
      assert.strictEqual(code, 1);
      assert.match(stderr, /Wrong number of events: setImmediate, four, builtin: before: 0 instead of 2006/);
    }));

  test('names the rows when none matches', async () => {
    const { code, stderr } = await bench(['--rows', 'no such row']);
    assert.strictEqual(code, 1);
    assert.match(stderr, /No row matches "no such row"[^]*await chain, five\n/);
  });
});
