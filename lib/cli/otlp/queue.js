'use strict';

/** The spans on their way to a collector: in batches, one after the other. What waits is bounded. */

const { Courier } = require('./deliver');

/** A batch has so many spans at most, and so many characters. */
const SPANS = 500;
const LENGTH = 1 << 19;
/** Milliseconds that spans wait for others to come. */
const AGE = 1000;
/** So many characters wait at most. */
const ROOM = 1 << 25;

/** @typedef {import('./target').Target} Target */
/** @typedef {import('./exporter').Resource} Resource */
/** @typedef {{ resource: Resource, spans: string[], length: number, began: number }} Batch */

class Queue {
  #courier;
  /** Those that have room. @type {Map<string, Batch>} */
  #open = new Map();
  /** @type {Batch[]} */
  #closed = [];
  #length = 0;
  #isPatient;
  #hasGivenUp = false;
  /** @type {Promise<void> | null} */
  #work = null;
  #tellRoom = () => {};
  sent = 0;
  /** Spans that were not delivered, and of those the ones for which there was no room. */
  lost = 0;
  dropped = 0;
  /** Why the last batch that was not delivered was not. @type {string | undefined} */
  failure = undefined;

  /**
   * @param {Target} target
   * @param {boolean} isPatient whether a collector that does not answer is waited for, as long as more may come
   * @param {(why: string) => void} tell is called when that begins
   */
  constructor(target, isPatient, tell) {
    this.#isPatient = isPatient;
    this.#courier = new Courier(target, tell);
    if (!isPatient) this.#courier.hurry();
  }

  /** Nothing may be added for now. Where the collector does not answer, what is added is dropped instead. */
  get isFull() {
    return this.#length >= ROOM && !this.#courier.isFailing;
  }

  /** Waits as long as it is full. */
  async room() {
    while (this.#length >= ROOM && !this.#hasGivenUp) await new Promise((resolve) => (this.#tellRoom = () => resolve(undefined)));
  }

  /**
   * @param {Resource} resource
   * @param {string} span
   */
  add(resource, span) {
    // What nobody takes would never find room.
    if (this.#hasGivenUp || (this.#length >= ROOM && this.#isPatient && this.#courier.isFailing)) {
      this.lost += 1;
      if (!this.#hasGivenUp) this.dropped += 1;
      return;
    }
    let batch = this.#open.get(resource.head);
    if (batch === undefined) {
      batch = { resource, spans: [], length: 0, began: Date.now() };
      this.#open.set(resource.head, batch);
    }
    batch.spans.push(span);
    batch.length += span.length;
    this.#length += span.length;
    if (batch.spans.length >= SPANS || batch.length >= LENGTH) this.#close(batch);
  }

  /** Sends what has waited long enough. */
  tick() {
    for (const batch of [...this.#open.values()]) if (Date.now() - batch.began >= AGE) this.#close(batch);
  }

  /** Sends what there is. */
  async end() {
    for (const batch of [...this.#open.values()]) this.#close(batch);
    this.#isPatient = false;
    this.#courier.hurry();
    while (this.#work !== null) await this.#work;
  }

  /** @param {Batch} batch */
  #close(batch) {
    this.#open.delete(batch.resource.head);
    this.#closed.push(batch);
    this.#work ??= this.#sendAll();
  }

  async #sendAll() {
    // Not before whoever has called it knows that it runs.
    await null;
    for (let batch = this.#closed.shift(); batch !== undefined; batch = this.#closed.shift()) {
      if (this.#hasGivenUp) this.lost += batch.spans.length;
      else await this.#send(batch);
      this.#length -= batch.length;
      this.#tellRoom();
    }
    this.#work = null;
  }

  /** @param {Batch} batch */
  async #send({ resource, spans }) {
    const { failure, rejected } = await this.#courier.deliver(`{"resourceSpans":[{${resource.head},"spans":[${spans.join(',')}]}]}]}`);
    const lost = failure === undefined ? Math.min(rejected, spans.length) : spans.length;
    this.sent += spans.length - lost;
    this.lost += lost;
    this.failure = failure ?? this.failure;
    // A collector that does not answer after all those tries will not answer for the next batch either.
    this.#hasGivenUp ||= failure !== undefined && !this.#isPatient;
  }
}

module.exports = { Queue };
