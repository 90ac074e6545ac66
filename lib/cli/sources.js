'use strict';

/**
 * Where compiled code comes from: Node's own reader of source maps, on those that stand beside a file or in it.
 *
 * The names of files come from a recording, which may be anybody's: only regular files are read, and none that are large.
 */

const fs = require('node:fs');
const { SourceMap } = require('node:module');
const path = require('node:path');
const { fileURLToPath } = require('node:url');

const MOST_BYTES = 64 * 1024 * 1024;
/** So many files are read, and so many bytes of all maps together. */
const MOST_FILES = 4096;
const ALL_BYTES = 256 * 1024 * 1024;
const COMMENT = /\/[/*][#@]\s*sourceMappingURL=(\S+)/g;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** A declaration is looked for in so many lines. */
const MOST_LINES = 1000;
const DATA = /^data:application\/json[^,]*?(;base64)?,/;

/** @typedef {import('../engine/functions').Resolver} Resolve */
/** @typedef {{ map: SourceMap, folder: string, hasNames: boolean }} Parsed */
/** @typedef {Parsed & { lines: string[] }} Found with the lines of the compiled file, where the map knows names */

/** @returns {Resolve} */
function sources() {
  /** @type {Map<string, Found | null>} */
  const maps = new Map();
  const room = { bytes: ALL_BYTES };

  return (file, line, column, within) => {
    try {
      let found = maps.get(file);
      if (found === undefined) {
        found = maps.size < MOST_FILES ? foundFor(file, room) : null;
        if (maps.size < MOST_FILES) maps.set(file, found);
      }
      if (found === null) return null;
      const entry = /** @type {any} */ (found.map.findEntry(line - 1, column - 1));
      const { originalSource, originalLine, originalColumn } = entry;
      if (typeof originalSource !== 'string' || !(originalLine >= 0)) return null;
      const place = `${pathOf(found.folder, originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
      const name = nameOf(found, within, line, column, originalSource);
      return name === undefined ? place : `${name} (${place})`;
    } catch {
      // No map, or one that says nothing.
      return null;
    }
  };
}

/**
 * @param {string} folder
 * @param {string} source as the map has it: a file URL, or a path that may be encoded as one
 */
function pathOf(folder, source) {
  if (source.startsWith('file:')) return fileURLToPath(source);
  const file = path.resolve(folder, source);
  if (!source.includes('%') || fs.existsSync(file)) return file;
  try {
    return path.resolve(folder, decodeURIComponent(source));
  } catch {
    return file;
  }
}

/**
 * The name in the source of a function that a minifier has given another one: the one of the nearest declaration above.
 * @param {Found} found
 * @param {string} within as V8 calls it, `f` or `Class.f`
 * @param {number} line
 * @param {number} column
 * @param {string} source
 * @returns {string | undefined} undefined where the map does not tell
 */
function nameOf({ map, lines }, within, line, column, source) {
  const [first, ...others] = within.split('.');
  if (!IDENTIFIER.test(first) || lines.length === 0) return undefined;
  const name = first.replaceAll('$', '\\$&');
  const declared = new RegExp(
    `(?:\\bfunction\\b\\s*\\*?\\s*|\\bclass\\s+)(${name})(?=[\\s({])|(?<![\\w$.])(${name})(?=\\s*=(?![=>]))`,
    'gd',
  );
  for (let at = line - 1; at >= Math.max(0, line - MOST_LINES); at--) {
    const text = at === line - 1 ? lines[at]?.slice(0, column - 1) : lines[at];
    const match = [...(text?.matchAll(declared) ?? [])].pop();
    if (match === undefined) continue;
    const [start] = match.indices?.[1] ?? match.indices?.[2] ?? [];
    const entry = /** @type {any} */ (map.findEntry(at, Number(start)));
    const isThere = entry.generatedLine === at && entry.generatedColumn === start && entry.originalSource === source;
    return isThere && typeof entry.name === 'string' ? [entry.name, ...others].join('.') : undefined;
  }
  return undefined;
}

/** @typedef {{ bytes: number }} Room how many bytes may still be read of maps */

/**
 * @param {string} file
 * @param {Room} room
 * @returns {Found | null}
 */
function foundFor(file, room) {
  if (!path.isAbsolute(file)) return null;
  const text = read(file);
  if (text === null) return null;
  const parsed = mapOf(file, text, room);
  if (parsed === null) return null;
  room.bytes -= parsed.hasNames ? text.length : 0;
  return { ...parsed, lines: parsed.hasNames && room.bytes >= 0 ? text.split('\n') : [] };
}

/**
 * @param {string} file
 * @param {string} text
 * @param {Room} room
 */
function mapOf(file, text, room) {
  const [, address] = [...text.matchAll(COMMENT)].pop() ?? [];
  if (address === undefined) return fromFile(`${file}.map`, room);
  const [head, isBase64] = DATA.exec(address) ?? [];
  if (head === undefined) return fromFile(path.resolve(path.dirname(file), decodeURIComponent(address.replace(/^file:\/\//, ''))), room);
  const body = address.slice(head.length);
  return fromText(isBase64 ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body), path.dirname(file), room);
}

/**
 * @param {string} file
 * @param {Room} room
 */
function fromFile(file, room) {
  const text = read(file);
  return text === null ? null : fromText(text, path.dirname(file), room);
}

/**
 * @param {string} text
 * @param {string} folder that its sources are relative to
 * @param {Room} room
 * @returns {Parsed | null}
 */
function fromText(text, folder, room) {
  room.bytes -= text.length;
  if (room.bytes < 0) return null;
  const payload = JSON.parse(text.replace(/^\)\]\}'.*/, ''));
  const root = typeof payload.sourceRoot === 'string' ? payload.sourceRoot : '';
  const { names, sections } = payload;
  const hasNames = Array.isArray(sections) || (Array.isArray(names) && names.length > 0);
  return { map: new SourceMap({ ...payload, sourceRoot: '' }), folder: path.resolve(folder, root), hasNames };
}

/** @param {string} file */
function read(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > MOST_BYTES) return null;
  return fs.readFileSync(file, 'utf8');
}

module.exports = { sources };
