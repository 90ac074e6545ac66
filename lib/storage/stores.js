'use strict';

/**
 * What every storage of the thread has as its store, at one point of the program: an
 * immutable map from positions to stores.
 *
 * It grows by layers of one store each, which is what `run` adds and drops again; when
 * they are many, or a storage that is below gets another store, they are flattened into
 * pages. To change a store copies one page and shares the others.
 */

const { layout, fields } = require('../engine/thread');
const { ownedSince, onCollected } = require('./places');

const { storageGeneration: GENERATION } = layout;

/** Stores in a page. */
const PAGE = 16;

/** More layers than this are slower to look through than to flatten. */
const MOST_LAYERS = 8;

/** In the map, a store that was set to `undefined`. */
const UNDEFINED = Symbol('undefined');

/** @typedef {typeof import('./places').NOWHERE} Place */

/**
 * Stores by position, `undefined` where there is none. The first page has one element
 * more, the array of the further pages.
 * @typedef {any[]} Pages
 */

class Stores {
  /**
   * @param {Place | null} place of the store in the uppermost layer
   * @param {any} store
   * @param {Stores | undefined} below
   * @param {number} layers how many there are
   * @param {Pages} pages
   * @param {number} generation the youngest that any of them may belong to
   */
  constructor(place, store, below, layers, pages, generation) {
    this.place = place;
    this.store = store;
    this.below = below;
    this.layers = layers;
    this.pages = pages;
    this.generation = generation;
  }
}

/** @type {Stores} */
const EMPTY = new Stores(null, undefined, undefined, 0, [], fields[GENERATION]);

onCollected(() => {
  // Without stores it is as young as any.
  EMPTY.generation = fields[GENERATION];
});

/**
 * @param {Stores} stores
 * @param {Place} place
 * @returns {any} the store as it is kept: `undefined` for none, UNDEFINED for `undefined`
 */
function read(stores, place) {
  // Mostly it is the one that was entered last.
  return stores.place === place ? stores.store : find(stores, place);
}

/**
 * @param {Stores} stores
 * @param {Place} place
 */
function find(stores, place) {
  for (let layer = stores; layer.layers > 0; layer = below(layer)) {
    if (layer.place === place) return layer.store;
  }
  const { pages, generation } = stores;
  const { position, since } = place;
  // Older pages have the store of another storage there.
  if (generation < since) return undefined;
  if (position >= PAGE) return readFar(pages, position);
  return position < pages.length ? pages[position] : undefined;
}

/**
 * @param {Pages} pages
 * @param {number} position
 */
function readFar(pages, position) {
  return pages[PAGE]?.[Math.floor(position / PAGE) - 1]?.[position % PAGE];
}

/**
 * @param {Stores} stores
 * @param {Place} place
 * @param {any} former what {@link read} gives for it
 * @param {any} store as it is kept
 * @returns {Stores}
 */
function write(stores, place, former, store) {
  const { layers, pages, generation } = stores;
  // Short, so that it becomes part of the `run` that calls it.
  if (former === undefined && store !== undefined && layers < MOST_LAYERS && generation === fields[GENERATION]) {
    return new Stores(place, store, stores, layers + 1, pages, generation);
  }
  return rewrite(stores, place, former, store);
}

/**
 * The same where it is more than a layer.
 * @param {Stores} stores
 * @param {Place} place
 * @param {any} former
 * @param {any} store
 * @returns {Stores}
 */
function rewrite(stores, place, former, store) {
  if (former === undefined && store === undefined) return stores;
  const now = fields[GENERATION];
  if (stores.generation === now && stores.place === place) {
    // The uppermost one is replaced, not covered, which would keep its store alive.
    if (store === undefined) return below(stores);
    return new Stores(place, store, stores.below, stores.layers, stores.pages, now);
  }
  return new Stores(null, undefined, undefined, 0, putStore(flat(stores), place.position, store), now);
}

/** @param {Stores} stores with a layer */
function below(stores) {
  return /** @type {Stores} */ (stores.below);
}

/**
 * All stores of storages that are not gone.
 * @param {Stores} stores
 * @returns {Pages} of which the first is a copy
 */
function flat(stores) {
  const pages = stores.pages.slice();
  // No two layers are of one storage, so their order does not matter.
  for (let layer = stores; layer.layers > 0; layer = below(layer)) {
    putStore(pages, /** @type {Place} */ (layer.place).position, layer.store);
  }
  return stores.generation === fields[GENERATION] ? pages : withoutGone(pages, stores.generation);
}

/**
 * @param {Pages} pages whose first page is changed, while a further one is copied
 * @param {number} position
 * @param {any} store
 */
function putStore(pages, position, store) {
  if (position < PAGE) return put(pages, position, store);
  const further = (pages[PAGE] ?? []).slice();
  const index = Math.floor(position / PAGE) - 1;
  put(further, index, put((further[index] ?? []).slice(), position % PAGE, store));
  return put(pages, PAGE, further);
}

/**
 * @param {any[]} array
 * @param {number} index
 * @param {any} value
 */
function put(array, index, value) {
  // An array with holes would be slower for good.
  while (array.length < index) array.push(undefined);
  array[index] = value;
  return array;
}

/**
 * @param {Pages} pages
 * @param {number} generation theirs
 * @returns {Pages}
 */
function withoutGone(pages, generation) {
  const keep = (/** @type {number} */ first) => (/** @type {any} */ store, /** @type {number} */ index) =>
    ownedSince[first + index] > generation ? undefined : store;
  const kept = pages.slice(0, PAGE).map(keep(0));
  if (pages.length <= PAGE) return kept;
  return put(
    kept,
    PAGE,
    pages[PAGE].map((/** @type {any[] | undefined} */ page, /** @type {number} */ index) => page?.map(keep((index + 1) * PAGE))),
  );
}

/**
 * All stores, for those who print them.
 * @param {Stores} stores
 * @returns {any[]}
 */
function list(stores) {
  const pages = flat(stores);
  return [...pages.slice(0, PAGE), ...(pages[PAGE] ?? []).flat()]
    .filter((store) => store !== undefined)
    .map((store) => (store === UNDEFINED ? undefined : store));
}

module.exports = { EMPTY, UNDEFINED, read, write, list };
