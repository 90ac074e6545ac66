'use strict';

/** The example of a UDP service: what it prints, and how a recording shows it. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, test } = require('node:test');

const root = path.join(__dirname, '..', '..', '..');
const program = path.join(root, 'bin', 'async-hooks-rs.js');
const example = path.join(__dirname, '..', 'examples', 'udp-service');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async hooks example-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** @param {string[]} args */
function node(...args) {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder, env });
  assert.strictEqual(status, 0, stdout + stderr);
  return stdout;
}

const WORDS = ['one', 'two', 'three'];
const OUTPUT = WORDS.flatMap((word, index) => [
  `request ${index + 1}: data ${word.toUpperCase()}`,
  `request ${index + 1}: closed`,
  `${word.toUpperCase()} for request ${index + 1}`,
]);

test('every callback of the addon knows its request', () => {
  assert.deepStrictEqual(node(example).trim().split('\n'), [...OUTPUT, 'the service is closed']);
});

describe('a recording', () => {
  const [recording, traces, page] = ['r.rec', 't.ndjson', 'p.html'].map((name) => path.join(folder, name));
  node(program, 'record', '--out', recording, example);
  node(program, 'report', recording, '--traces', traces, '--html', page);

  test('has each connection under its HTTP request, with its place', () => {
    /** @type {{ type: string, place: string, above: string[] }[]} */
    const found = [];
    for (const line of fs.readFileSync(traces, 'utf8').trim().split('\n')) {
      const { spans } = JSON.parse(line);
      const byId = new Map(spans.map((/** @type {{ id: number }} */ span) => [span.id, span]));
      for (const { type, place, parent } of spans) {
        const above = [];
        for (let each = byId.get(parent); each !== undefined; each = byId.get(each.parent)) above.push(each.type);
        if (/^UDP/.test(type) && above.includes('HTTPINCOMINGMESSAGE')) found.push({ type, place, above });
      }
    }
    const of = (/** @type {string} */ kind) => found.filter(({ type }) => type === kind);
    for (const type of ['UDPCONNECTION', 'UDPSEND', 'UDPDATA', 'UDPCLOSE']) assert.strictEqual(of(type).length, WORDS.length, type);
    for (const type of ['UDPDATA', 'UDPCLOSE']) assert.ok(of(type).every(({ above }) => above[0] === 'UDPCONNECTION'));
    for (const { place } of of('UDPCONNECTION')) assert.match(place, /\budp-service\/index\.js:\d+$/);
  });

  test('makes a page that says so', () => {
    const html = fs.readFileSync(page, 'utf8');
    for (const word of ['GET /one', 'GET /two', 'GET /three', 'UDPCONNECTION', 'UDPDATA', 'UDPCLOSE']) assert.ok(html.includes(word), word);
  });
});
