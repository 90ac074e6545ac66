'use strict';

/** The page of a recording whose content is known, looked at in a browser. */

/* global document, window */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { after, before, describe, it } = require('node:test');
const { Browser, findBrowser } = require('./support/browser');
const { Thread, end, header } = require('./support/recording');
const { patience } = require('../scripts/patience');

const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
/** Where screenshots are put, for whoever wants to look at them. */
const { SCREENSHOTS } = process.env;
const MS = 1e6;
const STACK = '    at handle (/app/server.js:10:5)';
/** Where the timer that blocks runs: most of the time in one place, the rest in a function that calls itself. */
const [SPINS, SORTS] = ['spin (/app/server.js:31:9)', 'sort (/app/server.js:44:3)\n    at sort (/app/server.js:44:3)'].map(
  (top) => `    at ${top}\n    at expired (/app/server.js:12:7)\n    at listOnTimeout (node:internal/timers:581:17)`,
);
/** A name that would do harm in a page that took it for more than a text. */
const ODD = '<script>alert(1)</script>';

/**
 * A server (2) with one connection (3) that serves three requests of 22, 42 and 182 ms. Each makes a promise and a timer,
 * and the timer of the last one blocks for 121 ms, in which it is seen twelve times. Ten resources of the odd type are alive at the end.
 */
function main() {
  const thread = new Thread(0);
  let now = 0;
  const later = (ms) => (now += ms * MS);
  const run = (id, ms) => {
    thread.before(now, id);
    for (let at = 10; at <= ms; at += 10) thread.sample(later(10), at <= 90 ? SPINS : SORTS);
    thread.after(later(ms % 10), id);
  };
  thread.start(0, 0);
  thread.init(later(1), 2, 'TCPSERVERWRAP');
  thread.init(later(9), 3, 'HTTPINCOMINGMESSAGE', { trigger: 2 });
  run(2, 1);
  for (const [promise, timer, ms, blocks] of [
    [10, 11, 19, 1],
    [12, 13, 39, 1],
    [14, 15, 59, 121],
  ]) {
    thread.before(later(10), 3);
    thread.init(later(1), promise, 'PROMISE', { trigger: 3 });
    thread.init(now, timer, 'Timeout', { trigger: promise, current: 3, stack: STACK });
    thread.after(later(1), 3);
    run(3, 0);
    later(ms);
    run(timer, blocks);
    thread.promiseResolve(now, promise);
    thread.destroy(later(1), timer);
    thread.destroy(now, promise);
  }
  thread.mark(now, 'served');
  thread.loop(now, 3 * MS, 1 * MS);
  for (let id = 100; id < 110; id++) thread.init(later(1), id, ODD);
  thread.dropped('PROMISE', 7);
  thread.end(later(1), 'exit');
  return thread;
}

function worker() {
  const thread = new Thread(1);
  thread.start(0, 1, 'render');
  thread.init(30 * MS, 2, 'MESSAGEPORT');
  for (let time = 50 * MS; time < 150 * MS; time += 25 * MS) {
    thread.before(time, 2);
    thread.after(time + 5 * MS, 2);
  }
  return thread;
}

const program = findBrowser();
const skip = program === undefined && 'there is no Chromium';

/** The contrast of two colours, from 1 to 21. @param {string} one @param {string} other */
function contrast(one, other) {
  const light = [one, other].map((colour) => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05);
}

describe('the colours of the page', () => {
  const client = path.join(__dirname, '..', 'crates', 'report', 'src', 'page', 'client');
  const { colours, PALETTE, OTHER } = require(path.join(client, 'colours.js'));
  const [light, dark] = fs
    .readFileSync(path.join(client, 'style.css'), 'utf8')
    .match(/color-scheme: [^}]*/g)
    .map((block) => Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, colour]) => [name, colour])));

  for (const [theme, sheet] of [
    ['light', light],
    ['dark', { ...light, ...dark }],
  ]) {
    it(`can be read, ${theme}: text has 4.5 to 1, and what is drawn 3 to 1, against what is behind it`, () => {
      const low = [];
      const check = (least, fronts, backs) => {
        for (const [name, front] of fronts)
          for (const back of backs)
            if (contrast(front, sheet[back]) < least) low.push(`${name} on ${back}: ${contrast(front, sheet[back]).toFixed(2)}`);
      };
      const named = (...names) => names.map((name) => [name, sheet[name]]);
      check(4.5, named('text', 'faint'), ['page', 'card', 'lane', 'hover']);
      check(4.5, named('text', 'bad'), ['bad-card']);
      check(4.5, named('accent', 'good', 'mark'), ['card']);
      check(
        3,
        [...named('running', 'waiting', 'queued', 'unknown', 'found', 'mark'), ...[...PALETTE, OTHER].map((colour) => [colour, colour])],
        ['card', 'lane', 'hover'],
      );
      check(3, named('own', 'package', 'node', 'unseen'), ['card']);
      for (const colour of [...PALETTE, OTHER, ...['own', 'package', 'node', 'unseen'].map((name) => sheet[name])]) {
        if (contrast('#ffffff', colour) < 4.5) low.push(`white on ${colour}`);
      }
      assert.deepEqual(low, []);
    });
  }

  it('are the same for a type in every report', () => {
    const [one, other] = [
      ['Timeout', 'PROMISE', 'Mine'],
      ['A', 'Mine', 'PROMISE', 'Timeout'],
    ].map((types) => {
      const of = colours({ types });
      return Object.fromEntries(types.map((name, type) => [name, of(type)]));
    });
    for (const name of ['Timeout', 'PROMISE', 'Mine']) assert.equal(one[name], other[name], name);
    assert.equal(new Set([one.Timeout, one.PROMISE]).size, 2);
  });
});

describe('the page of a recording', { skip }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-page-'));
  const file = path.join(folder, 'page.html');
  /** @type {Browser} */
  let browser;

  before(() => {
    const recording = path.join(folder, 'recording');
    const about = header({
      pid: 4242,
      node: 'v26.1.0',
      argv: ['/usr/bin/node', '/app/server.js', '--port', '80'],
      wall: 1_700_000_000_000_000_000n,
    });
    fs.writeFileSync(recording, Buffer.concat([about, main().chunk(), worker().chunk(), end()]));
    const { status, stderr } = spawnSync(process.execPath, [bin, 'report', recording, '--html', file], {
      encoding: 'utf8',
      timeout: patience(60_000),
    });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    browser = new Browser(program);
  });

  after(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A test with a page of its own, which must report no problem and ask for nothing but itself. */
  const look = (name, options, test) =>
    it(name, async () => {
      const tab = await browser.open(pathToFileURL(file).href, options);
      await test(tab);
      assert.deepEqual(tab.problems, []);
      assert.deepEqual(tab.requests, [pathToFileURL(file).href]);
      await tab.close();
    });

  look('tells the totals and what is missing', {}, async (tab) => {
    const tiles = await tab.ask(() =>
      Object.fromEntries([...document.querySelectorAll('.tile')].map((tile) => [...tile.children].map((child) => child.textContent))),
    );
    assert.deepEqual(
      { ...tiles, Recorded: undefined, Events: undefined, 'Event loop busy': undefined },
      {
        Threads: '2',
        Resources: '19',
        'Alive at the end': '13',
        Callbacks: '14',
        'Longest callback': '121 ms',
        Dropped: '7',
        Recorded: undefined,
        Events: undefined,
        'Event loop busy': undefined,
      },
    );
    assert.match(await text(tab, '.warning'), /7 resources were dropped.*PROMISE 7/);
    assert.equal(await text(tab, 'h1'), 'server.js --port 80');
    assert.equal(await tab.ask(() => document.title), 'server.js --port 80 – recording');
  });

  look('tells what the report found', {}, async (tab) => {
    assert.match((await texts(tab, '.finding')).join('\n'), /spin \(\/app\/server\.js:31\) blocked the event loop for 121 ms\./);
  });

  look('has a row for every type', {}, async (tab) => {
    const rows = await tab.ask(() =>
      [...document.querySelectorAll('#types tbody tr')].map((row) => [...row.children].slice(0, 4).map((cell) => cell.textContent)),
    );
    assert.deepEqual(
      new Set(rows.map((row) => row.join(' '))),
      new Set([
        '<script>alert(1)</script> 10 10 0',
        'promise PROMISE 3 0 0',
        'timer Timeout 3 0 3',
        'TCP server TCPSERVERWRAP 1 1 1',
        'HTTP connection HTTPINCOMINGMESSAGE 1 1 6',
        'message port MESSAGEPORT 1 1 4',
      ]),
    );
    await tab.click('#types thead tr:last-child th:nth-child(4) button');
    assert.equal(await text(tab, '#types tbody th'), 'HTTP connection HTTPINCOMINGMESSAGE', 'sorted by callbacks');
    assert.equal(await tab.ask(() => document.querySelector('#types [aria-sort="descending"]').textContent), 'Callbacks');
  });

  look('draws the timeline, zooms it and tells of a callback', {}, async (tab) => {
    assert.deepEqual(await texts(tab, '.name strong'), ['main', 'worker 1 render']);
    const all = await painted(tab);
    assert.ok(all > 500, `${all} coloured pixels`);
    const range = await text(tab, '#range');
    await tab.click('button[aria-label="Zoom in"]');
    const closer = await text(tab, '#range');
    assert.notEqual(closer, range);
    assert.notEqual(await painted(tab), all);
    await tab.ask(() => document.querySelector('#lanes').focus());
    for (const key of ['ArrowRight', 'ArrowRight']) await tab.press(key);
    assert.notEqual(await text(tab, '#range'), closer);
    await tab.press('0');
    assert.equal(await text(tab, '#range'), range);
    await tab.press('n');
    assert.match(await text(tab, '#said'), /^TCP server 2 ran 1 ms at 10/);
    await tab.press('Enter');
    assert.equal(await text(tab, '#details h2'), 'TCP server 2');
    await tab.press('Escape');
    assert.equal(await tab.ask(() => document.querySelector('#details').hidden), true);
    assert.equal(await tab.ask(() => document.activeElement.id), 'lanes', 'the focus is back');
  });

  look('shows each request with its operations', {}, async (tab) => {
    assert.deepEqual(await texts(tab, '.pick .number'), ['182 ms', '42 ms', '22 ms']);
    assert.deepEqual(await texts(tab, '.span .what'), [
      'HTTP connection HTTPINCOMINGMESSAGE',
      'promise PROMISE',
      'timer · handle (/app/server.js:10)',
    ]);
    await tab.click('.pick:nth-child(2)');
    assert.deepEqual(await texts(tab, '.span .what'), [
      'HTTP connection HTTPINCOMINGMESSAGE',
      'promise PROMISE',
      'timer · handle (/app/server.js:10)',
    ]);
    const widths = await tab.ask(() =>
      [...document.querySelectorAll('button.span .bars')].map((bars) =>
        [...bars.children].map((bar) => Math.round((bar.offsetWidth / bars.offsetWidth) * 42)),
      ),
    );
    assert.deepEqual(widths, [[42], [41], [40, 1]], 'bars as long as what they stand for, in ms');
    await tab.click('button.span:last-child');
    assert.equal(await text(tab, '#details h2'), 'timer 13');
    assert.deepEqual(await texts(tab, '#details ol li'), [
      'promise 12 · 0 before PROMISE',
      'HTTP connection 3 · 45 ms before HTTPINCOMINGMESSAGE',
      'TCP server 2 · 54 ms before TCPSERVERWRAP',
      'the program itself',
    ]);
    assert.match(await text(tab, '#details pre'), /at handle \(\/app\/server\.js:10:5\)/);
  });

  look('shows what triggered what', {}, async (tab) => {
    const rows = () =>
      tab.ask(() =>
        [...document.querySelectorAll('#causes [role=treeitem]')].map(
          (row) =>
            `${row.getAttribute('aria-level')} ${row.querySelector('.what').textContent.replace(/[▾▸]/, '')} ${row.children[2].textContent}`,
        ),
      );
    assert.deepEqual(await rows(), [
      '1 TCP server TCPSERVERWRAP 130 ms',
      '2 HTTP connection HTTPINCOMINGMESSAGE 129 ms',
      '3 promise PROMISE 123 ms',
      '4 timer Timeout 123 ms',
      '1 message port MESSAGEPORT 20 ms',
      '1 <script>alert(1)</script> 0',
    ]);
    await tab.ask(() => document.querySelector('#causes [role=tree]').focus());
    await tab.press('ArrowDown');
    await tab.press('ArrowLeft');
    assert.deepEqual((await rows()).slice(0, 3), [
      '1 TCP server TCPSERVERWRAP 130 ms',
      '2 HTTP connection HTTPINCOMINGMESSAGE 129 ms',
      '1 message port MESSAGEPORT 20 ms',
    ]);
    await tab.press('ArrowRight');
    assert.equal((await rows()).length, 6);
  });

  look('finds resources by type and by id', {}, async (tab) => {
    const search = async (words) => {
      await tab.ask(() => (document.querySelector('#query').value = ''));
      await tab.click('#query');
      await tab.type(words);
      return texts(tab, '.results tbody th');
    };
    const timers = [11, 13, 15].map((id) => `timer ${id} Timeout handle (/app/server.js:10)`);
    assert.deepEqual(await search('timeout'), timers);
    assert.deepEqual(await search('server.js:10'), timers);
    assert.deepEqual(await search('timeout 13'), [timers[1]]);
    assert.deepEqual(await search('2'), ['TCP server 2 TCPSERVERWRAP', 'message port 2 MESSAGEPORT']);
    assert.deepEqual(await search('timeout alive'), []);
    assert.equal(await text(tab, '#found'), '0 resources');
    assert.equal((await search('script alive')).length, 10);
    await tab.click('.results .link');
    assert.equal(await text(tab, '#details h2'), '<script>alert(1)</script> 100');
  });

  look('draws the charts', {}, async (tab) => {
    assert.equal(await tab.ask(() => document.querySelectorAll('.chart canvas').length), 2);
    const legend = await texts(tab, '#alive .u-label');
    assert.deepEqual(legend.slice(0, 2), ['At', '<script>alert(1)</script>']);
    assert.deepEqual(
      new Set(await texts(tab, '#latency .u-label')),
      new Set(['From', 'HTTP connection', 'message port', 'TCP server', 'timer']),
    );
    await tab.click('#charts .card:nth-child(2) .choice button:nth-child(3)');
    assert.equal(await tab.ask(() => document.querySelectorAll('.chart canvas').length), 2, 'made again, not twice');
  });

  for (const width of [1600, 1280, 800, 420]) {
    look(`leaves the waterfall to be seen beside the details, at ${width} pixels`, { width }, async (tab) => {
      await tab.click('button.span:last-child');
      assert.equal(await text(tab, '#details h2'), 'timer 15');
      const inSight = () =>
        tab.ask(() => {
          const [pane, panel] = ['#waterfall', '#details'].map((selector) => document.querySelector(selector).getBoundingClientRect());
          const isCovered = pane.left < panel.right && panel.left < pane.right && pane.top < panel.bottom && panel.top < pane.bottom;
          return {
            isCovered,
            isWhole: pane.top >= 0 && pane.bottom <= window.innerHeight && pane.left >= 0 && pane.right <= window.innerWidth,
          };
        });
      assert.deepEqual(await inSight(), { isCovered: false, isWhole: true });
      assert.ok(await tab.ask(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is wider than the window');
      await tab.click('button.span:nth-child(2)');
      assert.equal(await text(tab, '#details h2'), 'promise 14');
      assert.deepEqual(await inSight(), { isCovered: false, isWhole: true });
    });
  }

  look('hides types in the timeline and in the waterfall, says how much, and shows all again', {}, async (tab) => {
    // In the middle of the callback that blocks.
    const place = await tab.ask(() => ({
      x: (228e6 / JSON.parse(document.querySelector('#data').textContent).totals.duration) * document.querySelector('#lanes').offsetWidth,
      y: 75,
    }));
    const opens = async () => {
      await tab.click('#lanes', place);
      const isOpen = await tab.ask(() => !document.querySelector('#details').hidden);
      await tab.press('Escape');
      return isOpen;
    };
    assert.deepEqual([await pixels(tab, [place]), await opens()], [[[0x38, 0x73, 0xd0]], true]);
    const button = async (name) => {
      const at = await tab.ask(
        (wanted) => [...document.querySelectorAll('#timeline .filter button')].findIndex((one) => one.textContent === wanted),
        name,
      );
      assert.ok(at >= 0, name);
      return `#timeline .filter button:nth-child(${at + 1})`;
    };
    const timers = await button('timer');
    const pressed = () => tab.ask((selector) => document.querySelector(selector).getAttribute('aria-pressed'), timers);
    assert.equal(await pressed(), 'true');
    assert.equal(await text(tab, '#timeline .filter output'), '');
    await tab.ask((selector) => document.querySelector(selector).focus(), timers);
    await tab.press(' ');
    assert.equal(await pressed(), 'false');
    assert.equal(await text(tab, '#timeline .filter output'), '3 of 14 callbacks hidden');
    const [drawn] = await pixels(tab, [place]);
    assert.deepEqual(
      [Math.max(...drawn) - Math.min(...drawn) < 20, await opens()],
      [true, false],
      'its callbacks are neither drawn nor there',
    );
    assert.deepEqual(await texts(tab, '.span .what'), ['HTTP connection HTTPINCOMINGMESSAGE', 'promise PROMISE']);
    assert.equal(await text(tab, '#waterfall .filter output'), '1 of 3 operations hidden');
    await tab.ask(() => document.querySelector('#lanes').focus());
    const walked = [];
    for (let step = 0; step < 12; step++) {
      await tab.press('p');
      walked.push(/^(.+?) \d+ ran/.exec(await text(tab, '#said'))?.[1]);
    }
    assert.deepEqual(new Set(walked), new Set(['TCP server', 'HTTP connection']), 'keys leave them out');
    await tab.click('#timeline .filter .reset');
    assert.equal(await pressed(), 'true');
    assert.equal((await texts(tab, '.span .what')).length, 3);
    assert.equal(await tab.ask(() => document.querySelector('#timeline .filter .reset').hidden), true);
  });

  look('hides states in the waterfall', {}, async (tab) => {
    const bars = () =>
      tab.ask(() => [...document.querySelectorAll('button.span .bars')].map((one) => [...one.children].map((bar) => bar.className)));
    assert.deepEqual(await bars(), [['runs'], ['runs'], ['waits', 'runs']]);
    await tab.click('#waterfall .filter button:nth-child(1)');
    assert.deepEqual(await bars(), [['runs'], ['runs'], ['runs']]);
    await tab.click('#waterfall .filter button:nth-child(2)');
    assert.deepEqual(await bars(), [[], [], []]);
    await tab.click('#waterfall .filter .reset');
    assert.deepEqual(await bars(), [['runs'], ['runs'], ['waits', 'runs']]);
  });

  for (const theme of ['light', 'dark']) {
    for (const width of [1600, 1280, 800, 420]) {
      look(`fits ${width} pixels, ${theme}`, { width, theme }, async (tab) => {
        assert.equal(await tab.ask(() => document.documentElement.dataset.theme), theme);
        const luminance = await tab.ask(() => Number(window.getComputedStyle(document.body).backgroundColor.match(/\d+/)[0]));
        assert.equal(luminance > 128, theme === 'light');
        assert.ok(await tab.ask(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is wider than the window');
        if (SCREENSHOTS) await tab.screenshot(path.join(SCREENSHOTS, `page-${theme}-${width}.png`));
        await tab.click('#theme');
        assert.notEqual(await tab.ask(() => document.documentElement.dataset.theme), theme);
      });
    }
  }

  look('leads from a finding to its time, its thread and its resource', {}, async (tab) => {
    const at = await tab.ask(() =>
      [...document.querySelectorAll('.finding')].findIndex((one) => one.textContent.includes('blocked the event loop')),
    );
    assert.match(await text(tab, `.finding:nth-child(${at + 1}) .lead`), /^Show in the timeline 121 ms from 168\.0 ms on main$/);
    await tab.click(`.finding:nth-child(${at + 1}) .lead`);
    // A tenth more on both sides.
    assert.match(await text(tab, '#range'), /^145 ms from 156 ms$/);
    assert.equal(await text(tab, '#details h2'), 'timer 15');
    await tab.drawn();
    // The row of callbacks: the middle is the timer's, what is before it is not; a frame marks its beginning.
    const wide = await tab.ask(() => document.querySelector('#lanes').width);
    const [early, middle, frame] = await pixels(tab, [
      { x: 0.04 * wide, y: 75 },
      { x: 0.5 * wide, y: 75 },
      { x: (12.1 / 145.2) * wide, y: 25 },
    ]);
    assert.deepEqual(middle, [0x38, 0x73, 0xd0]);
    assert.notDeepEqual(early, middle);
    assert.ok(frame[0] > frame[2] + 60, `an orange frame, not ${frame}`);
    assert.ok(await tab.ask(() => document.querySelector('#timeline').getBoundingClientRect().top < 100), 'the timeline is in sight');
    // What has no time of its own leads nowhere.
    const lost = await tab.ask(
      () =>
        [...document.querySelectorAll('.finding')].find((one) => one.textContent.includes('were not recorded')).querySelector('.lead') ===
        null,
    );
    assert.equal(lost, true);
  });

  look('shows where the time ran, by place, for the whole recording and for a part of it', {}, async (tab) => {
    const boxes = () =>
      tab.ask(() => [...document.querySelectorAll('.flame .box')].map((box) => `${box.getAttribute('aria-level')} ${box.title}`));
    assert.match(
      await text(tab, '.basis'),
      /^12 samples, 10 ms of running time each; 13 callbacks without a sample, 29 ms in all, at their place of creation\.$/,
    );
    assert.deepEqual(await boxes(), [
      '1 listOnTimeout (node:internal/timers:581): 120 ms, 81 %, 12 samples',
      '2 expired (/app/server.js:12): 120 ms, 81 %, 12 samples',
      '3 spin (/app/server.js:31): 90 ms, 60 %, 9 samples',
      '3 sort (/app/server.js:44): 30 ms, 20 %, 3 samples',
      '1 message port: 20 ms, 13 %, 4 callbacks',
      '1 HTTP connection: 6 ms, 4.0 %, 6 callbacks',
      '1 timer · handle (/app/server.js:10): 2 ms, 1.3 %, 2 callbacks',
      '1 TCP server: 1 ms, 0.7 %, 1 callback',
    ]);
    const widths = await tab.ask(() =>
      [...document.querySelectorAll('.flame .box')]
        .slice(0, 4)
        .map((box) => Math.round((box.offsetWidth / document.querySelector('.flame').offsetWidth) * 149)),
    );
    assert.deepEqual(widths, [120, 120, 90, 30], 'as wide as their time, in ms');
    await tab.click('.flame .box:nth-child(4)');
    assert.equal(await tab.ask(() => document.querySelectorAll('.flame .box').length), 3, 'a place and what led to it');
    await tab.click('#running .toolbar > button');
    // Before the block there are no samples.
    await tab.click('#running .choice button:nth-child(2)');
    await tab.ask(() => document.querySelector('#lanes').focus());
    for (let step = 0; step < 2; step++) await tab.press('+');
    for (let step = 0; step < 20; step++) await tab.press('ArrowLeft');
    await tab.ask(() => new Promise((resolve) => setTimeout(resolve, 200)));
    assert.match(await text(tab, '.basis'), /^From 0\.?0* s?.*: No sample was taken; \d+ callbacks without a sample/);
  });

  describe('of a server with routes', () => {
    const served = path.join(folder, 'served.html');
    before(() => {
      const thread = new Thread(0);
      thread.start(0, 0);
      thread.init(0, 2, 'TCPSERVERWRAP');
      for (const number of [1, 2, 3]) {
        const began = number * 500 * MS;
        const [connection, timer] = [10 * number, 10 * number + 1];
        thread.init(began, connection, 'HTTPINCOMINGMESSAGE', { trigger: 2 });
        thread.before(began, connection);
        thread.request(began, connection, number);
        thread.fact('asks', number, number === 2 ? 'GET /block' : 'GET /wait');
        thread.init(began, timer, 'Timeout', { trigger: connection, stack: STACK });
        thread.after(began + MS, connection);
        thread.before(began + 31 * MS, timer);
        const samples = number === 2 ? 19 : 0;
        for (let at = 1; at <= samples; at++) thread.sample(began + (31 + at * 10) * MS, SPINS);
        thread.after(began + (number === 2 ? 231 : 32) * MS, timer);
        thread.fact('status', number, '200');
        thread.response(began + (number === 2 ? 231 : 332) * MS, number);
      }
      thread.end(2000 * MS, 'exit');
      const recording = path.join(folder, 'served');
      fs.writeFileSync(recording, Buffer.concat([header(), thread.chunk(), end()]));
      const { status, stderr } = spawnSync(process.execPath, [bin, 'report', recording, '--html', served], {
        encoding: 'utf8',
        timeout: patience(60_000),
      });
      assert.equal(status, 0, stderr);
    });
    const open = () => browser.open(pathToFileURL(served).href);

    it('a finding picks its request', async () => {
      const tab = await open();
      assert.match(await text(tab, '#waterfall h3'), /^GET \/wait/, 'the slowest');
      await tab.click('.finding .lead');
      assert.equal(await text(tab, '#waterfall h3'), 'GET /block 200');
      assert.equal(await text(tab, '#details h2'), 'timer 21');
      assert.equal(await text(tab, '.pick[aria-selected="true"] .what'), 'GET /block 200');
      assert.deepEqual(tab.problems, []);
      await tab.close();
    });

    it('what a request led to is found by what it asks for', async () => {
      const tab = await open();
      await tab.click('#query');
      await tab.type('/block timeout');
      assert.deepEqual(await texts(tab, '.results tbody th'), ['timer 21 Timeout handle (/app/server.js:10)']);
      await tab.close();
    });

    it('a state of its routes and of its requests is hidden and shown', async () => {
      const tab = await open();
      const shown = () =>
        tab.ask(() =>
          ['#routes', '#waterfall'].map((where) =>
            [...document.querySelectorAll(`${where} .parts i`)].filter((part) => part.offsetParent !== null).map((part) => part.className),
          ),
        );
      const [routes, request] = await shown();
      assert.ok(routes.includes('running') && routes.includes('waiting') && request.includes('waiting'), JSON.stringify([routes, request]));
      await tab.click('#routes .filter button:nth-child(2)');
      assert.equal(await text(tab, '#routes .filter button[aria-pressed="false"]'), 'waiting for an operation');
      const without = (parts) => parts.filter((part) => part !== 'waiting');
      assert.deepEqual(await shown(), [without(routes), without(request)]);
      assert.equal(await text(tab, '#routes .filter output'), `${routes.length - without(routes).length} of ${routes.length} parts hidden`);
      await tab.click('#routes .filter .reset');
      assert.deepEqual(await shown(), [routes, request]);
      await tab.close();
    });

    it('what ran during a request is shown, and nothing else', async () => {
      const tab = await open();
      await tab.click('#waterfall .title button:nth-of-type(2)');
      assert.match(await text(tab, '.basis'), /No sample was taken; 2 callbacks without a sample, 2 ms in all/);
      await tab.click('.finding .lead');
      await tab.click('#waterfall .title button:nth-of-type(2)');
      assert.match(
        await text(tab, '.basis'),
        /19 samples, 10 ms of running time each; 1 callback without a sample, 1 ms in all, at its place of creation/,
      );
      await tab.close();
    });
  });

  it('says so of a recording of nothing', async () => {
    const [recording, out] = ['empty', 'empty.html'].map((name) => path.join(folder, name));
    const thread = new Thread(0);
    thread.start(0, 0);
    thread.end(MS, 'exit');
    fs.writeFileSync(recording, Buffer.concat([header(), thread.chunk(), end()]));
    const { status, stderr } = spawnSync(process.execPath, [bin, 'report', recording, '--html', out], {
      encoding: 'utf8',
      timeout: patience(60_000),
    });
    assert.equal(status, 0, stderr);
    const tab = await browser.open(pathToFileURL(out).href, { width: 420 });
    assert.deepEqual(tab.problems, []);
    for (const [section, says] of [
      ['findings', /No asynchronous operation was recorded/],
      ['timeline', /No callback ran/],
      ['requests', /No HTTP request was recorded/],
      ['running', /No callback ran, and no sample was taken/],
      ['causes', /Nothing was recorded/],
      ['charts', /Nothing was recorded/],
      ['types', /Nothing was recorded/],
      ['search', /0 resources/],
    ])
      assert.match(await text(tab, `#${section}`), says);
    assert.ok(await tab.ask(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is wider than the window');
    await tab.close();
  });

  look('goes through places with the keyboard', {}, async (tab) => {
    const here = () => tab.ask(() => document.activeElement.textContent.replace(/ \(.*/, ''));
    await tab.ask(() => document.querySelector('.flame [tabindex="0"]').focus());
    const went = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowUp', 'ArrowRight']) {
      await tab.press(key);
      went.push(await here());
    }
    assert.deepEqual(went.slice(0, 5), ['expired', 'spin', 'sort', 'expired', 'listOnTimeout']);
    assert.match(went[5], /^message port/);
    assert.equal(await tab.ask(() => document.querySelectorAll('.flame [tabindex="0"]').length), 1, 'one stop for Tab');
  });

  it('says when the recording has no end, and when it is damaged', async () => {
    const parts = [header(), main().chunk(), worker().chunk()];
    const whole = Buffer.concat(parts);
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 3] ^= 1;
    for (const [bytes, status, selector, says] of [
      [whole, 0, '.notice', /^The program ended before the recorder did/],
      [damaged, 1, '.warning:last-of-type', new RegExp(`^The file is not whole .*at byte ${whole.length - parts[2].length}\\)`)],
    ]) {
      const [recording, out] = ['other', 'other.html'].map((name) => path.join(folder, name));
      fs.writeFileSync(recording, bytes);
      const child = spawnSync(process.execPath, [bin, 'report', recording, '--html', out], { encoding: 'utf8', timeout: patience(60_000) });
      assert.equal(child.status, status, child.stderr);
      const tab = await browser.open(pathToFileURL(out).href);
      assert.match((await text(tab, selector)).replaceAll(',', ''), says);
      assert.ok((await texts(tab, '#types tbody tr')).length > 0);
      await tab.close();
    }
  });

  it('refers to nothing on a network', () => {
    const page = fs.readFileSync(file, 'utf8');
    assert.doesNotMatch(page, /\b(?:src|href|action|poster)\s*=\s*["']?\s*(?:https?:)?\/\//i);
    assert.doesNotMatch(page, /url\(|@import|\bimport\s*\(|\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon/);
  });
});

const text = (tab, selector) => tab.ask((selected) => document.querySelector(selected).textContent, selector);
const texts = (tab, selector) =>
  tab.ask((selected) => [...document.querySelectorAll(selected)].map((element) => element.textContent), selector);

/** The colours of the timeline at some points. @param {any} tab @param {{ x: number, y: number }[]} points */
function pixels(tab, points) {
  return tab.ask((places) => {
    const canvas = document.querySelector('#lanes');
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height }).getContext('2d', {
      willReadFrequently: true,
    });
    copy.drawImage(canvas, 0, 0);
    return places.map(({ x, y }) => [...copy.getImageData(Math.round(x), y, 1, 1).data].slice(0, 3));
  }, points);
}

/** How many pixels of the timeline have a colour, not a grey. */
function painted(tab) {
  return tab.ask(() => {
    const canvas = document.querySelector('#lanes');
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height }).getContext('2d', {
      willReadFrequently: true,
    });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let pixels = 0;
    for (let at = 0; at < data.length; at += 4)
      pixels += Number(Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 40);
    return pixels;
  });
}
