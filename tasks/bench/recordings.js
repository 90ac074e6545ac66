'use strict';

/**
 * Recordings to measure reports with, written as `docs/format.md` describes them. Payloads are not packed, so they are
 * larger than what the recorder writes.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const { Thread, chunk, end, header } = require('../../__test__/support/recording');

const EVENTS = 10_000_000;
const CONCURRENT = 50;
const LARGE = 2 ** 31;

/** A server whose requests take turns: each `yield` is where one waits and others go on. */
class Server {
  time = 0;
  runtime = 10;
  own = 1e15;
  events = 0;
  main = new Thread(0);

  /**
   * @param {'init' | 'before' | 'after' | 'destroy' | 'promiseResolve'} kind
   * @param {number} id
   * @param {[string, { trigger: number, current?: number }] | []} more
   */
  event(kind, id, ...more) {
    this.events += 1;
    this.time += 120 + ((this.events * 7919) % 1500);
    const [type, relations] = more;
    if (kind === 'init') this.main.init(this.time, id, type ?? '', relations);
    else this.main[kind](this.time, id);
  }

  *request(/** @type {number} */ connection) {
    const ended = [];
    const tick = (this.runtime += 1);
    this.event('before', connection);
    this.event('init', tick, 'TickObject', { trigger: connection });
    let parent = (this.own += 1);
    this.event('init', parent, 'PROMISE', { trigger: connection });
    this.event('after', connection);
    yield;
    this.event('before', tick);
    this.event('after', tick);
    ended.push(tick, parent);
    for (let awaits = 0; awaits < 10; awaits += 1) {
      const timer = awaits % 4 === 0 ? (this.runtime += 1) : 0;
      const promise = (this.own += 1);
      const then = (this.own += 1);
      if (timer > 0) this.event('init', timer, 'Timeout', { trigger: parent, current: connection });
      this.event('init', promise, 'PROMISE', { trigger: parent, current: connection });
      this.event('init', then, 'PROMISE', { trigger: promise, current: connection });
      yield;
      if (timer > 0) {
        this.event('before', timer);
        this.event('after', timer);
        ended.push(timer);
      }
      this.event('promiseResolve', promise);
      this.event('before', then);
      this.event('promiseResolve', then);
      this.event('after', then);
      ended.push(promise, then);
      parent = then;
    }
    yield;
    for (const id of ended) this.event('destroy', id);
  }
}

/**
 * Ten million events of a server that answers 50 requests at once, each with ten awaits and a few timers and ticks.
 * @param {string} file
 */
function serve(file) {
  const out = fs.openSync(file, 'w');
  fs.writeSync(out, header({ wall: 1_700_000_000_000_000_000n }));
  const server = new Server();
  server.main.start(0, 0);
  const connections = Array.from({ length: CONCURRENT }, () => (server.runtime += 1));
  for (const id of connections) server.event('init', id, 'HTTPINCOMINGMESSAGE', { trigger: 1 });
  const requests = connections.map((id) => server.request(id));
  while (server.events < EVENTS) {
    for (const [at, request] of requests.entries()) {
      if (request.next().done) requests[at] = server.request(connections[at]);
    }
    if (server.main.shapes.bytes.length > 2 ** 16) fs.writeSync(out, server.main.chunk());
  }
  fs.writeSync(out, server.main.chunk());
  fs.writeSync(out, end());
  fs.closeSync(out);
}

/**
 * Two GiB of the same: a thread after the other, each with ten million events.
 * @param {string} file
 */
function serveLong(file) {
  serve(file);
  const bytes = fs.readFileSync(file);
  const first = 20 + bytes.readUInt32LE(12);
  const out = fs.openSync(file, 'w');
  let size = fs.writeSync(out, bytes, 0, first);
  for (let thread = 0; size < LARGE; thread += 1) {
    for (let at = first; at < bytes.length - 28 && size < LARGE;) {
      const length = bytes.readUInt32LE(at + 24);
      const payload = bytes.subarray(at + 28, at + 28 + length);
      size += fs.writeSync(out, chunk(thread, 0, bytes.readUInt32LE(at + 16), payload));
      at += 28 + length;
    }
  }
  fs.writeSync(out, end());
  fs.closeSync(out);
}

const STACK_THREADS = 150;
const STACK_LENGTH = 4096;
const STACKS_OF_CHUNK = 400;
const MOST_ALIVE = 4_000_000;

/**
 * Two GiB of stacks: 150 threads, of which each creates every resource in another place; and one with four million
 * resources. Nothing ever ends.
 * @param {string} file
 */
function neverEnd(file) {
  const out = fs.openSync(file, 'w');
  fs.writeSync(out, header({ wall: 1_700_000_000_000_000_000n }));
  const alive = new Thread(STACK_THREADS);
  for (let id = 1; id <= MOST_ALIVE; id += 1) {
    alive.init(id, id * 3, 'Timeout', { trigger: 0 });
    if (alive.shapes.bytes.length > 2 ** 16) fs.writeSync(out, alive.chunk());
  }
  fs.writeSync(out, alive.chunk());
  const counts = new Array(STACK_THREADS).fill(0);
  for (let size = 0, turn = 0; size < LARGE; turn += 1) {
    const thread = turn % STACK_THREADS;
    size += fs.writeSync(out, stacksChunk(thread, counts[thread]));
    counts[thread] += STACKS_OF_CHUNK;
  }
  fs.writeSync(out, end());
  fs.closeSync(out);
}

/** The fields of an init that is as expected but for its stack, and of the name of a type and of a stack. */
const [INIT, TYPE, STACK] = [0b1111_0000, 0b0000_0111, 0b0000_1111];

/**
 * Each stack is followed by a resource that was created there. The ids count up from 1.
 * @param {number} thread
 * @param {number} first
 */
function stacksChunk(thread, first) {
  const shapes = first === 0 ? [Buffer.from([TYPE, 0, ...text('Leak')])] : [];
  for (let index = first; index < first + STACKS_OF_CHUNK; index += 1) {
    const place = crypto.randomBytes(STACK_LENGTH / 2).toString('hex');
    shapes.push(Buffer.from([STACK, ...varint(index), ...varint(place.length)]), Buffer.from(place));
    shapes.push(Buffer.from([INIT, ...varint(index + 1), 0]));
  }
  const times = Buffer.alloc(STACKS_OF_CHUNK, 1);
  const length = shapes.reduce((all, { length: bytes }) => all + bytes, 0);
  const entries = 2 * STACKS_OF_CHUNK + Number(first === 0);
  return chunk(thread, 0, entries, Buffer.concat([Buffer.from(varint(length)), ...shapes, times]));
}

/** @param {number} value */
function varint(value) {
  const bytes = [];
  for (; value >= 128; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

const text = (/** @type {string} */ name) => [...varint(name.length), ...Buffer.from(name)];

module.exports = { serve: serve, 'serve-long': serveLong, 'never-end': neverEnd };
