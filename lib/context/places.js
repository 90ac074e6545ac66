'use strict';

/** Places of the running program: where in which file, and whose file it is. */

const { fileURLToPath } = require('node:url');

const { isOwn } = require('./own');
const { openRealm } = require('./realm');

const capture = openRealm();

/** Frames that are looked at where the first few are not the program's. */
const FEW = 6;
const DEPTH = 48;
/** Places that are told apart. Whatever comes later has none. */
const MOST_PLACES = 20_000;

/** Whose a file is. */
const OWN = 0;
const NODES = 1;
const PACKAGES = 2;
const PROGRAMS = 3;

/** @typedef {{ file: string, kind: number, places: Map<number, Place> }} File */

/** A place as V8 tells it. Where it is in the source, `sources.js` knows. */
class Place {
  /**
   * @param {File} of
   * @param {number} line
   * @param {number} column
   */
  constructor({ file, kind }, line, column) {
    this.file = file;
    this.kind = kind;
    this.line = line;
    this.column = column;
  }
}

/** @typedef {{ place: Place, name: string, isAsync: boolean, isEmit: boolean, isSwitched: boolean }} Step `isSwitched` where
 *   the frame was called in a context that somebody has chosen: through a snapshot, or `runInAsyncScope` itself */

/** @type {Map<string, File>} */
const files = new Map();
let count = 0;

/** @param {any} name */
function fileOf(name) {
  let file = files.get(name);
  if (file === undefined) files.set(name, (file = { file: pathOf(name), kind: kindOf(name), places: new Map() }));
  return file;
}

/** @param {string} name */
function pathOf(name) {
  if (!name.startsWith('file:')) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return name;
  }
}

/** @param {string} name */
function kindOf(name) {
  if (name === '' || name === 'native' || name === 'evalmachine.<anonymous>') return NODES;
  if (name.startsWith('node:')) return name.startsWith('node:internal/async-hooks-rs') ? OWN : NODES;
  const file = pathOf(name);
  if (isOwn(file)) return OWN;
  return /[\\/]node_modules[\\/]/.test(file) ? PACKAGES : PROGRAMS;
}

/**
 * @param {File} file
 * @param {any} site
 * @returns {Place | null}
 */
function placeOf(file, site) {
  const position = site.getPosition();
  let place = file.places.get(position);
  if (place === undefined) {
    if (count >= MOST_PLACES) return null;
    count += 1;
    place = new Place(file, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0);
    file.places.set(position, place);
  }
  return place;
}

/** @param {any} site */
function nameOf(site) {
  const name = site.getScriptNameOrSourceURL();
  return typeof name === 'string' ? name : '';
}

/**
 * Where the program calls: the first frame in one of its own files, or in a package where there is none.
 * @param {Function} above
 * @returns {Place | null}
 */
function callerOf(above) {
  return firstOf(capture(above, FEW)) ?? firstOf(capture(above, DEPTH), true);
}

/**
 * The first frame that is not Node's.
 * @param {Function} above
 * @returns {Place | null}
 */
function innermostOf(above) {
  for (const site of capture(above, DEPTH)) {
    const file = fileOf(nameOf(site));
    if (file.kind > NODES) return placeOf(file, site);
  }
  return null;
}

/**
 * @param {any[]} sites
 * @param {boolean} [takesPackage]
 */
function firstOf(sites, takesPackage = false) {
  let inPackage = null;
  for (let at = 0; at < sites.length; at++) {
    if (sites[at].isAsync()) continue;
    const file = fileOf(nameOf(sites[at]));
    if (file.kind === PROGRAMS) return placeOf(file, sites[at]);
    if (file.kind === PACKAGES && takesPackage && inPackage === null) inPackage = placeOf(file, sites[at]);
  }
  return inPackage;
}

/**
 * The frames that run, without ours.
 * @param {Function} above
 * @returns {Step[]}
 */
function stepsAbove(above) {
  /** @type {Step[]} */
  const steps = [];
  for (const site of capture(above, DEPTH)) {
    const file = fileOf(nameOf(site));
    const last = steps.at(-1);
    if (file.kind <= NODES && last !== undefined && site.getFunctionName() === 'runInAsyncScope') {
      for (let at = steps.length - 1; at >= 0 && !steps[at].isEmit; at--) {
        if (steps[at].place.kind === NODES) continue;
        steps[at].isSwitched = true;
        break;
      }
    }
    if (file.kind === OWN) continue;
    const place = placeOf(file, site);
    if (place === null) continue;
    const name = functionOf(site);
    steps.push({
      place,
      name,
      isAsync: site.isAsync(),
      isEmit: file.kind === NODES && /(?:^|\.)(?:emit|\[nodejs\.internal\.kHybridDispatch\])$/.test(name),
      isSwitched: false,
    });
  }
  return steps;
}

/** @param {any} site */
function functionOf(site) {
  const name = site.getFunctionName() ?? '';
  // What calls a function without a name may keep it as a method of its own, which is nothing to the program.
  if (name === '' || name === '<anonymous>') return '';
  if (site.isConstructor()) return `new ${name}`;
  const type = site.getMethodName() === null || site.isToplevel() ? null : site.getTypeName();
  if (type === null || type === 'Object' || name.includes('.')) return name.replace(/^(?:Object|module\.exports|exports)\./, '');
  return `${type}.${name}`;
}

/** @param {string} file */
function packageOf(file) {
  const found = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file);
  return found === null ? '' : found[1].replaceAll('\\', '/');
}

module.exports = { DEPTH, NODES, OWN, PACKAGES, PROGRAMS, Place, callerOf, innermostOf, packageOf, stepsAbove };
