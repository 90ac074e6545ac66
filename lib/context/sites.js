'use strict';

/** The calls of `getStore`, by place and storage: what was found, and what not. */

const { hasMismatches } = require('./closures');
const { currentFrame } = require('./current');
const { isTakenBack, judgeFind, judgeKept, judgeMiss } = require('./judge');
const { currentOperation, hasNotes } = require('./path');
const { callerOf, stepsAbove } = require('./places');
const { nameOf } = require('./labels');
const { originalOf } = require('./sources');
const { wayOf } = require('./way');
const { remedyOf } = require('./remedy');

/** Call sites that are counted, and what is told apart of all of them. */
const MOST_SITES = 2000;
const MOST_FINDINGS = 200;
/** Calls of one function that a finding tells apart, to take back what turns out to be none. */
const MOST_CALLS = 2000;

/** @typedef {import('./judge').Verdict} Verdict */
/** @typedef {import('./storages').Storage} Storage */

class Site {
  found = 0;
  /** Without any store, and without a sign that one was due. */
  without = 0;

  /**
   * @param {import('./places').Place | null} place
   * @param {Storage} storage
   */
  constructor(place, storage) {
    this.place = place;
    this.storage = storage;
  }
}

class Finding {
  /** By the call in which the function was made: how often. @type {Map<object | null, Pick<Verdict, 'kind' | 'stray'> & { count: number }>} */
  #calls = new Map();

  /**
   * @param {Site} site
   * @param {Verdict} verdict of the first time
   * @param {import('./places').Step[]} steps
   */
  constructor(site, verdict, steps) {
    this.site = site;
    this.kind = verdict.kind;
    // As it is now: much of it will be gone.
    this.way = wayOf(site, verdict, steps);
    this.remedy = remedyOf(site.storage, verdict, steps);
  }

  /** @param {Verdict} verdict */
  add(verdict) {
    const key = verdict.stray === null || this.#calls.size >= MOST_CALLS ? null : verdict.stray.mismatch.activation;
    const known = this.#calls.get(key);
    if (known === undefined) this.#calls.set(key, { kind: verdict.kind, stray: key === null ? null : verdict.stray, count: 1 });
    else known.count += 1;
  }

  /** How often, and how often it was nothing after all. */
  counts() {
    const counts = { real: 0, shared: 0 };
    for (const { count, ...verdict } of this.#calls.values()) counts[isTakenBack(verdict, this.site.storage) ? 'shared' : 'real'] += count;
    return counts;
  }
}

/** @type {Map<Storage, Map<import('./places').Place | null, Site>>} */
const sites = new Map();
/** @type {Map<string, Finding>} */
const findings = new Map();
let siteCount = 0;

/**
 * @param {import('./places').Place | null} place
 * @param {Storage} storage
 */
function siteAt(place, storage) {
  let ofStorage = sites.get(storage);
  // A program may make any number of storages.
  if (ofStorage === undefined && siteCount >= MOST_SITES) return new Site(null, storage);
  if (ofStorage === undefined) sites.set(storage, (ofStorage = new Map()));
  const key = siteCount < MOST_SITES || ofStorage.has(place) ? place : null;
  let site = ofStorage.get(key);
  if (site === undefined) {
    siteCount += 1;
    ofStorage.set(key, (site = new Site(key, storage)));
  }
  return site;
}

/** @type {import('./storages').Look} */
function looked(storage, store, above) {
  const site = siteAt(callerOf(above), storage);
  const token = currentFrame()?.tokenOf(storage);
  const verdict = store === undefined || token?.hasStore !== true ? missed(site, token, store, above) : found(site, token, above);
  if (verdict === null) return;
  if (verdict.kind === 'kept') site.found += 1;
}

/**
 * @param {Site} site
 * @param {import('./tokens').Token | undefined} token
 * @param {unknown} store
 * @param {Function} above
 */
function missed(site, token, store, above) {
  const { storage } = site;
  const isEntered = store !== undefined && token === undefined && storage.entered === 0;
  const steps = storage.entered > 0 ? stepsAbove(above) : [];
  const verdict = storage.entered > 0 ? judgeMiss(storage, token, steps, currentOperation()) : null;
  if (verdict !== null) add(site, verdict, steps);
  else if (isEntered) site.found += 1;
  else site.without += 1;
  return verdict;
}

/**
 * @param {Site} site
 * @param {import('./tokens').Token} token
 * @param {Function} above
 */
function found(site, token, above) {
  token.wasRead = true;
  const mayBeMixed = hasMismatches() || hasNotes();
  if (!mayBeMixed && !token.isOver) {
    site.found += 1;
    return null;
  }
  const operation = currentOperation();
  const steps = mayBeMixed ? stepsAbove(above) : [];
  const verdict = (mayBeMixed ? judgeFind(site.storage, token, steps, operation) : null) ?? judgeKept(site.storage, token, operation);
  if (verdict === null) site.found += 1;
  else add(site, verdict, steps.length > 0 ? steps : stepsAbove(above));
  return verdict;
}

/**
 * @param {Site} site
 * @param {Verdict} verdict
 * @param {import('./places').Step[]} steps
 */
function add(site, verdict, steps) {
  const key = keyOf(site, verdict);
  let finding = findings.get(key);
  if (finding === undefined) {
    if (findings.size >= MOST_FINDINGS) return;
    findings.set(key, (finding = new Finding(site, verdict, steps)));
  }
  finding.add(verdict);
}

/**
 * What makes two of one kind the same.
 * @param {Site} site
 * @param {Verdict} verdict
 */
function keyOf({ place, storage }, { kind, stray, own, due, handOver }) {
  const from = own ?? stray;
  const where = from === null ? (handOver?.place ?? due?.place ?? null) : from.literal;
  return [kind, storage.number, textOf(place), textOf(where), lineOf(stray?.by?.place ?? null)].join('|');
}

/** @param {{ file: string, line: number, column: number } | null} place */
function textOf(place) {
  return place === null ? '' : `${place.file}:${place.line}:${place.column}`;
}

/** @param {import('./places').Place | null} place */
function lineOf(place) {
  return place === null ? '' : `${place.file}:${place.line}`;
}

/** What was found, as data. */
function result() {
  const told = [...findings.values()].map((finding) => ({ finding, ...finding.counts() }));
  return {
    sites: [...sites.values()].flatMap((ofStorage) => [...ofStorage.values()].map((site) => siteResult(site, told))),
    findings: told.flatMap(({ finding: { site, kind, way, remedy }, real }) =>
      real === 0 ? [] : [{ kind, count: real, ...placeResult(site.place), storage: nameOf(site.storage), way, remedy }],
    ),
  };
}

/**
 * @param {Site} site
 * @param {{ finding: Finding, real: number, shared: number }[]} told
 */
function siteResult(site, told) {
  const counts = { found: site.found, lost: 0, mixed: 0, without: site.without, shared: 0 };
  for (const { finding, real, shared } of told) {
    if (finding.site !== site) continue;
    if (finding.kind === 'kept') continue;
    counts[finding.kind === 'mixed' ? 'mixed' : 'lost'] += real;
    counts.shared += shared;
  }
  return { ...placeResult(site.place), storage: nameOf(site.storage), ...counts };
}

/** @param {import('./places').Place | null} place */
function placeResult(place) {
  return place === null ? { file: '', line: 0, column: 0 } : { ...originalOf(place) };
}

/** @typedef {ReturnType<typeof result>} Result */

module.exports = { looked, result };
