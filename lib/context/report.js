'use strict';

/** What was found, as text or as JSON. */

const path = require('node:path');

const { shown } = require('../node/shown');

/** Ways that are shown of one call site. */
const MOST_WAYS = 5;
const WIDTH = 100;
const STORES = { had: 'had a store', none: 'no store', never: 'never had one', other: 'of another', '': '' };

/** @typedef {import('./results').ThreadResult} ThreadResult */
/** @typedef {import('./options').Options} Options */
/** @typedef {ThreadResult['findings'][number]} Finding */
/** @typedef {ThreadResult['sites'][number]} Site */

/**
 * @param {Options} options
 * @returns {(place: { file: string, line: number, storage: string }) => boolean} whether somebody has asked for it
 */
function wanted({ at, storage }) {
  const [, file, line] = /^(.*?)(?::(\d+))?(?::\d+)?$/.exec(at ?? '') ?? [];
  return (place) =>
    (storage === null || place.storage === storage) &&
    (at === null || ((line === undefined || Number(line) === place.line) && isFile(place.file, file)));
}

/**
 * @param {string} file
 * @param {string} named by its end
 */
function isFile(file, named) {
  const plain = named.replace(/^\.[\\/]/, '');
  return file === path.resolve(named) || file === plain || file.endsWith(`/${plain}`) || file.endsWith(`\\${plain}`);
}

/**
 * @param {ThreadResult[]} results
 * @param {Options} options
 */
function gathered(results, options) {
  const isWanted = wanted(options);
  return {
    sites: merged(results.flatMap(({ sites }) => sites).filter(isWanted)),
    findings: results
      .flatMap(({ findings }) => findings)
      .filter(isWanted)
      .sort((a, b) => b.count - a.count),
    leaks: results.flatMap(({ leaks }) => leaks).filter(({ storage }) => options.storage === null || storage === options.storage),
  };
}

/** @param {Site[]} sites of several threads */
function merged(sites) {
  /** @type {Map<string, Site>} */
  const found = new Map();
  for (const site of sites) {
    const key = `${site.file}:${site.line}:${site.column} ${site.storage}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...site });
    else for (const count of /** @type {const} */ (['found', 'lost', 'mixed', 'without', 'shared'])) known[count] += site[count];
  }
  return [...found.values()].sort((a, b) => b.lost + b.mixed - (a.lost + a.mixed) || b.found - a.found);
}

/**
 * @param {ThreadResult[]} results
 * @param {Options} options
 * @returns {number} how often a store was lost or mixed up
 */
function lossesIn(results, options) {
  return gathered(results, options).findings.reduce((sum, { kind, count }) => (kind === 'kept' ? sum : sum + count), 0);
}

/**
 * @param {ThreadResult[]} results
 * @param {Options} options
 * @returns {string}
 */
function report(results, options) {
  const { sites, findings, leaks } = gathered(results, options);
  if (options.json) return `${JSON.stringify({ version: 1, sites, findings, leaks, notes: notesOn(results) }, null, 2)}\n`;
  const lines = sites.flatMap((site) => {
    const ofSite = findings.filter((finding) => isAt(site, finding));
    return ofSite.length > 0 || options.at !== null ? [...siteLines(site, ofSite), ''] : [];
  });
  lines.push(...summary(sites, findings), ...(options.leaks ? leakLines(leaks) : []), ...notesOn(results));
  return `\n${lines.join('\n')}\n`;
}

/**
 * @param {Site} site
 * @param {Finding} finding
 */
function isAt(site, finding) {
  return site.file === finding.file && site.line === finding.line && site.column === finding.column && site.storage === finding.storage;
}

/**
 * @param {Site} site
 * @param {Finding[]} findings
 */
function siteLines(site, findings) {
  const counts = [
    `${count(site.found)} found`,
    ...(site.lost > 0 ? [`${count(site.lost)} lost`] : []),
    ...(site.mixed > 0 ? [`${count(site.mixed)} of another request`] : []),
    ...(site.without > 0 ? [`${count(site.without)} without any, and no sign that one was due`] : []),
    ...(site.shared > 0 ? [`${count(site.shared)} in a function for many contexts`] : []),
  ];
  const lines = [`getStore() at ${placed(site)} (${shown(site.storage)})     ${counts.join('   ')}`];
  for (const finding of findings.slice(0, MOST_WAYS)) lines.push('', ...wayLines(finding));
  if (findings.length > MOST_WAYS) lines.push('', `  and ${findings.length - MOST_WAYS} more ways`);
  return lines;
}

/** @param {Finding} finding */
function wayLines({ kind, count: number, way, remedy }) {
  const parts = way.map((part) => ({ ...part, at: part.file === '' ? '' : placed(part) }));
  const column = Math.max(...parts.map(({ at }) => at.length));
  const lines = parts.map(({ at, text, store, context, mark }) => {
    const left = `    ${at.padEnd(column)}  ${shown(text)}`;
    const has = storeText(store, context);
    return `${left.padEnd(WIDTH - 20)}  ${has}${mark === undefined ? '' : `    ← ${mark}`}`.trimEnd();
  });
  return [`  ${heading(kind, number)}, like this:`, ...lines, ...(remedy === '' ? [] : [`    keep it:  ${shown(remedy)}`])];
}

/**
 * @param {string} kind
 * @param {number} number
 */
function heading(kind, number) {
  const often = times(number);
  if (kind === 'kept') return `kept ${often} after its run was over`;
  if (kind === 'mixed') return `mixed up ${often} (the store of another request)`;
  return `lost ${often} (${kind})`;
}

/**
 * @param {keyof typeof STORES} store
 * @param {string} context
 */
function storeText(store, context) {
  if (store === 'other') return `the store of ${shown(context)}`;
  if (store === 'had' && context !== '') return `had that of ${shown(context)}`;
  return STORES[store];
}

/**
 * @param {Site[]} sites
 * @param {Finding[]} findings
 */
function summary(sites, findings) {
  const total = (/** @type {'found' | 'lost' | 'mixed' | 'without'} */ key) => sites.reduce((sum, site) => sum + site[key], 0);
  const of = `${count(sites.length)} ${sites.length === 1 ? 'call site' : 'call sites'} of getStore()`;
  if (sites.length === 0) return ['async-hooks-rs: nobody called getStore().'];
  const kept = findings.some(({ kind }) => kind === 'kept') ? '; some stores were kept too long' : '';
  if (total('lost') + total('mixed') === 0) {
    const without = total('without');
    const rest = without > 0 ? `, ${times(without)} there was none and no sign that one was due` : '';
    return [`async-hooks-rs: no context was lost. ${of}: ${times(total('found'))} a store was found${rest}${kept}.`];
  }
  const lost = total('lost') > 0 ? `, ${times(total('lost'))} it was lost` : '';
  const mixed = total('mixed') > 0 ? `, ${times(total('mixed'))} one of another request was found` : '';
  return [`async-hooks-rs: ${of}: ${times(total('found'))} a store was found${lost}${mixed}${kept}.`];
}

/** @param {ThreadResult['leaks']} leaks */
function leakLines(leaks) {
  if (leaks.length === 0) return ['async-hooks-rs: no store was alive after its run was over.'];
  return [
    'Stores that are alive after their run is over:',
    ...leaks.map(
      ({ storage, count: stores, holder, context, ...place }) =>
        `  ${count(stores)} of ${shown(storage)}, held by ${holder}${place.file === '' ? '' : ` made at ${placed(place)}`}, as that of ${shown(context)}`,
    ),
  ];
}

/** @param {ThreadResult[]} results */
function notesOn(results) {
  if (results.length === 0) return ['async-hooks-rs: no Node process has told anything: none has begun, or it was killed.'];
  if (results.every(({ seesModules }) => seesModules)) return [];
  return ['async-hooks-rs: this Node has no module.registerHooks: functions of ES modules are not seen, those of CommonJS are.'];
}

/** @param {{ file: string, line: number }} place */
function placed({ file, line }) {
  if (file === '') return 'an unknown place';
  const fromHere = path.relative('', file);
  return `${shown(fromHere.length < file.length ? fromHere : file)}:${line}`;
}

/** @param {number} number */
function times(number) {
  return `${count(number)} ${number === 1 ? 'time' : 'times'}`;
}

/** @param {number} number */
function count(number) {
  return number.toLocaleString('en');
}

module.exports = { lossesIn, report };
