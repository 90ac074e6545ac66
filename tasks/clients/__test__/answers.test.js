'use strict';

/** The checks of answers themselves: that they pass what is right, and see what is wrong. */

const assert = require('node:assert');
const { test } = require('node:test');
const { faultsOf, faultsOfHealthy } = require('../answers/expect');
const { FRAMEWORKS, plantedIn } = require('../answers/frameworks');

const framework = FRAMEWORKS[0];
const planted = plantedIn(framework);
const MAJOR = 24;

/** A report that has all answers. */
function right() {
  const place = (/** @type {string} */ name, /** @type {string} */ line) => `${name} (${framework.source}:${planted[line]})`;
  const routes = [
    { route: 'GET /api/locks/:id', mostly: `97 % waiting: timer of 60 ms, ${place('waitForLock', 'timer')}` },
    { route: 'GET /api/prices/:id', mostly: `90 % waiting: connection to 127.0.0.1:4000, ${place('fetchPrices', 'fetch')}` },
    { route: 'GET /api/steps/:id', mostly: `70 % waiting: timer of 2 ms, ${place('walkSteps', 'steps')}; 30 in a row` },
    { route: 'GET /api/ranking/:id', mostly: `99 % running: ${place(framework.computes, 'block')}` },
  ].map((row) => ({ ...row, status: 200, count: 2 }));
  const text = `${place(framework.computes, 'block')} blocked the event loop for 120 ms.`;
  const finding = {
    kind: 'block',
    text,
    route: 'GET /api/ranking/:id',
    place: { function: framework.computes, file: `/srv/${framework.source}`, line: planted.block },
  };
  const rows = routes.map(({ route, mostly }) => `${route} 200   2  ${mostly.replace(', ', ',\n      ')}`);
  return {
    sent: Object.fromEntries(routes.map(({ route }) => [route, 2])),
    text: `1. ${text}\n   It ran for GET /api/ranking/:id.\n${rows.join('\n')}`,
    data: { findings: [finding], routes },
  };
}

test('what is right passes', () => {
  assert.deepStrictEqual(faultsOf(framework, planted, MAJOR, right()), []);
  const healthy = { ...right(), text: 'Nothing stands out.', data: { ...right().data, findings: [] } };
  assert.deepStrictEqual(faultsOfHealthy(framework, healthy), []);
});

/** @type {Record<string, [change: (report: any) => void, fault: RegExp]>} */
const WRONG = {
  'the place of another function': [
    ({ data }) => {
      data.routes[0].mostly = data.routes[0].mostly.replace('waitForLock', 'findUser');
    },
    /locks.* is mostly/,
  ],
  'another line': [
    ({ data }) => {
      data.routes[1].mostly = data.routes[1].mostly.replace(/js:\d+/, 'js:1');
    },
    /prices.* is mostly/,
  ],
  'fewer awaits in a row': [
    ({ data }) => {
      data.routes[2].mostly = data.routes[2].mostly.replace('30', '29');
    },
    /steps.* is mostly/,
  ],
  'a request that is missing': [
    ({ data }) => {
      data.routes[0].count = 1;
    },
    /2 were sent, 1 are told/,
  ],
  'a path in the place of a pattern': [
    ({ data }) => {
      data.routes[0].route = 'GET /api/locks/ann';
    },
    /2 were sent, 0 are told/,
  ],
  'a first screen that is cut': [
    (report) => {
      report.text = report.text.replace('walkSteps', 'walkSt…');
    },
    /first screen does not say/,
  ],
  'no finding': [
    ({ data }) => {
      data.findings = [];
    },
    /block of .* is not among/,
  ],
  'a block of another route': [
    ({ data }) => {
      data.findings[0].route = 'GET /health';
    },
    /block of .* is not among/,
  ],
  'a finding that was not planted': [
    ({ data }) => {
      data.findings.push({ kind: 'leak', text: '7 timers leak.' });
    },
    /more than was planted/,
  ],
};

for (const [name, [change, fault]] of Object.entries(WRONG)) {
  test(`what is wrong is seen: ${name}`, () => {
    const report = right();
    change(report);
    assert.match(faultsOf(framework, planted, MAJOR, report).join('\n'), fault);
  });
}

test('a healthy server with findings, or with a screen that says something else', () => {
  assert.match(faultsOfHealthy(framework, right()).join('\n'), /there are findings[^]*does not say that nothing stands out/);
});
