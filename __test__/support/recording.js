'use strict';
/**
 * Writes recordings as docs/format.md describes them, with nothing of the addon: what the addon reads of them shows that
 * the document is right. Payloads are not packed.
 */

const { crc32 } = require('node:zlib');

const OWN = 1e15;
const FACTS = { does: 0, asks: 1, route: 2, status: 3, folder: 4, crash: 5, holds: 6, traceParent: 7, collected: 8, unknown: 200 };
const TAGS = { init: 0, before: 1, after: 2, destroy: 3, promiseResolve: 4 };

class Bytes {
  /** @type {number[]} */
  bytes = [];

  /** @param {number | bigint} value */
  varint(value) {
    if (value < 2 ** 31) {
      let small = Number(value);
      for (; small >= 128; small >>= 7) this.bytes.push((small & 127) | 128);
      this.bytes.push(small);
      return;
    }
    let rest = BigInt(value);
    for (; rest >= 128n; rest >>= 7n) this.bytes.push(Number(rest & 127n) | 128);
    this.bytes.push(Number(rest));
  }

  /** @param {number} value */
  difference(value) {
    // Twice a safe integer is exact.
    this.varint(BigInt(value < 0 ? value * -2 : value * 2) - (value < 0 ? 1n : 0n));
  }

  /** @param {string} text */
  string(text) {
    const utf8 = Buffer.from(text);
    this.varint(utf8.length);
    this.bytes.push(...utf8);
  }
}

/** One thread: its chunks are returned by `chunk()`, which takes what was added since the last one. */
class Thread {
  time = 0;
  /** @type {number[]} */
  entered = [];
  /** @type {{ init: number, before: number, promiseResolve: number, destroy: number }[]} */
  last = [0, 1].map(() => ({ init: 0, before: 0, promiseResolve: 0, destroy: 0 }));
  /** @type {Map<string, number>} */
  types = new Map();
  /** @type {Map<string, number>} */
  stacks = new Map();
  shapes = new Bytes();
  times = new Bytes();
  entries = 0;

  /** @param {number} number */
  constructor(number) {
    this.number = number;
  }

  /** @param {number} time in nanoseconds, not before the last one */
  at(time) {
    this.times.varint(time - this.time);
    this.time = time;
  }

  /**
   * @param {number} time
   * @param {number} id
   * @param {string} type
   * @param {{ trigger?: number, current?: number, stack?: string }} [more]
   */
  init(time, id, type, { trigger = 1, current = trigger, stack } = {}) {
    const index = this.index(this.types, 0, type);
    const place = stack === undefined ? 0 : this.index(this.stacks, 1, stack) + 1;
    const entered = this.entered.at(-1) ?? 0;
    const flags = (trigger === current ? 32 : 0) | (current === entered ? 64 : 0) | (place > 0 ? 128 : 0);
    this.event('init', time, id, flags);
    if (current !== entered) this.shapes.difference(current - id);
    if (trigger !== current) this.shapes.difference(trigger - id);
    if (place > 0) this.shapes.varint(place);
    this.shapes.varint(index);
  }

  /** @param {number} time @param {number} id */
  before(time, id) {
    this.event('before', time, id);
  }

  /** @param {number} time @param {number} id */
  after(time, id) {
    this.event('after', time, id);
  }

  /** @param {number} time @param {number} id */
  destroy(time, id) {
    this.event('destroy', time, id);
  }

  /** @param {number} time @param {number} id */
  promiseResolve(time, id) {
    this.event('promiseResolve', time, id);
  }

  /** @param {number} time @param {number} worker @param {string} [name] */
  start(time, worker, name = '') {
    this.other(5);
    this.shapes.varint(worker);
    this.shapes.string(name);
    this.at(time);
  }

  /** @param {number} time @param {string} reason */
  end(time, reason) {
    this.other(6);
    this.shapes.string(reason);
    this.at(time);
  }

  /** @param {number} time @param {string} name */
  mark(time, name) {
    this.other(2);
    this.shapes.string(name);
    this.at(time);
  }

  /** @param {number} time @param {bigint} wall nanoseconds since 1970 */
  clock(time, wall) {
    this.other(7);
    this.shapes.varint(wall);
    this.at(time);
  }

  /** @param {number} time @param {number} connection @param {number} number */
  request(time, connection, number) {
    this.other(8);
    this.shapes.varint(connection);
    this.shapes.varint(number);
    this.at(time);
  }

  /** @param {number} time @param {number} number */
  response(time, number) {
    this.other(9);
    this.shapes.varint(number);
    this.at(time);
  }

  /** @param {number} id of a timer @param {number} ms */
  delay(id, ms, repeats = false) {
    this.other(10);
    this.shapes.difference(id - this.last[0].init);
    this.shapes.varint(ms * 2 + Number(repeats));
  }

  /** @param {keyof typeof FACTS} fact @param {number} about @param {string} text */
  fact(fact, about, text) {
    this.other(11);
    this.shapes.varint(FACTS[fact]);
    this.shapes.varint(about);
    this.shapes.string(text);
  }

  /** @param {number} time @param {string} stack where the thread runs */
  sample(time, stack) {
    const place = this.index(this.stacks, 1, stack) + 1;
    this.other(12);
    this.shapes.varint(place);
    this.at(time);
  }

  /** @param {string} type @param {number} count */
  dropped(type, count) {
    const index = this.index(this.types, 0, type);
    this.other(3);
    this.shapes.varint(index);
    this.shapes.varint(count);
  }

  /** @param {number} time @param {number} idle @param {number} active */
  loop(time, idle, active) {
    this.other(4);
    this.shapes.varint(idle);
    this.shapes.varint(active);
    this.at(time);
  }

  /**
   * @param {keyof typeof TAGS} kind
   * @param {number} time
   * @param {number} id
   */
  event(kind, time, id, flags = 0) {
    this.entries += 1;
    const space = id >= OWN ? 1 : 0;
    const last = this.last[space];
    const expected = kind === 'after' ? (this.entered.at(-1) ?? 0) : kind === 'init' || kind === 'destroy' ? last[kind] + 1 : last[kind];
    this.shapes.bytes.push(TAGS[kind] | flags | (space << 3) | (id === expected ? 16 : 0));
    if (id !== expected) this.shapes.difference(id - expected);
    this.came(kind, last, id);
    this.at(time);
  }

  /**
   * @param {keyof typeof TAGS} kind
   * @param {Thread['last'][0]} last
   * @param {number} id
   */
  came(kind, last, id) {
    if (kind === 'after') {
      const at = this.entered.lastIndexOf(id);
      if (at >= 0) this.entered.length = at;
      return;
    }
    if (kind === 'init' && last.init === 0) Object.assign(last, { before: id, promiseResolve: id, destroy: id });
    last[kind] = id;
    if (kind !== 'before') return;
    last.promiseResolve = id;
    if (this.entered.length === 64) this.entered.shift();
    this.entered.push(id);
  }

  /** @param {number} which */
  other(which) {
    this.entries += 1;
    this.shapes.bytes.push(7 | (which << 3));
  }

  /** @param {Map<string, number>} names @param {number} which @param {string} name */
  index(names, which, name) {
    const known = names.get(name);
    if (known !== undefined) return known;
    const index = names.size;
    names.set(name, index);
    this.other(which);
    this.shapes.varint(index);
    this.shapes.string(name);
    return index;
  }

  chunk() {
    const length = new Bytes();
    length.varint(this.shapes.bytes.length);
    const payload = Buffer.from([...length.bytes, ...this.shapes.bytes, ...this.times.bytes]);
    const frame = chunk(this.number, 0, this.entries, payload);
    [this.shapes, this.times, this.entries] = [new Bytes(), new Bytes(), 0];
    return frame;
  }
}

/** @param {number} thread @param {number} packing @param {number} entries @param {Buffer} payload */
function chunk(thread, packing, entries, payload) {
  const frame = Buffer.alloc(28);
  frame.write('AHRc', 'latin1');
  for (const [at, field] of [thread, packing, entries, payload.length, payload.length].entries()) {
    frame.writeUInt32LE(field, 8 + at * 4);
  }
  const bytes = Buffer.concat([frame, payload]);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

/** What says that the recording was ended in order. */
const end = () => chunk(0, 2, 0, Buffer.alloc(0));

/** @param {{ pid?: number, node?: string, argv?: string[], wall?: bigint, platform?: string, options?: string }} [about] */
function header({ pid = 7, node = 'v26.0.0', argv = ['node', '/srv/app.js'], wall = 0n, platform = 'linux x64', options = '{}' } = {}) {
  const payload = new Bytes();
  payload.varint(pid);
  payload.string(node);
  payload.varint(argv.length);
  for (const word of argv) payload.string(word);
  payload.varint(wall);
  payload.string(platform);
  payload.string(options);
  const prefix = Buffer.alloc(20);
  prefix.write('\x89AHR\r\n\x1a\n', 'latin1');
  prefix.writeUInt16LE(1, 8);
  prefix.writeUInt32LE(payload.bytes.length, 12);
  prefix.writeUInt32LE(crc32(Buffer.from(payload.bytes)), 16);
  return Buffer.concat([prefix, Buffer.from(payload.bytes)]);
}

module.exports = { Thread, chunk, end, header };
