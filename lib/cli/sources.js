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
const DATA = /^data:application\/json[^,]*?(;base64)?,/;

/** @typedef {(file: string, line: number, column: number) => string | null} Resolve from 1 on, as the answer `file:line:column` */

/** @returns {Resolve} */
function sources() {
  /** @type {Map<string, { map: SourceMap, folder: string } | null>} */
  const maps = new Map();
  const room = { bytes: ALL_BYTES };

  return (file, line, column) => {
    try {
      let found = maps.get(file);
      if (found === undefined) {
        found = maps.size < MOST_FILES ? mapOf(file, room) : null;
        if (maps.size < MOST_FILES) maps.set(file, found);
      }
      if (found === null) return null;
      const entry = /** @type {any} */ (found.map.findEntry(line - 1, column - 1));
      const { originalSource, originalLine, originalColumn } = entry;
      if (typeof originalSource !== 'string' || !(originalLine >= 0)) return null;
      const original = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : path.resolve(found.folder, originalSource);
      return `${original}:${originalLine + 1}:${originalColumn + 1}`;
    } catch {
      // No map, or one that says nothing.
      return null;
    }
  };
}

/** @typedef {{ bytes: number }} Room how many bytes may still be read of maps */

/**
 * @param {string} file
 * @param {Room} room
 */
function mapOf(file, room) {
  if (!path.isAbsolute(file)) return null;
  const text = read(file);
  if (text === null) return null;
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
 */
function fromText(text, folder, room) {
  room.bytes -= text.length;
  if (room.bytes < 0) return null;
  const payload = JSON.parse(text.replace(/^\)\]\}'.*/, ''));
  const root = typeof payload.sourceRoot === 'string' ? payload.sourceRoot : '';
  return { map: new SourceMap({ ...payload, sourceRoot: '' }), folder: path.resolve(folder, root) };
}

/** @param {string} file */
function read(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > MOST_BYTES) return null;
  return fs.readFileSync(file, 'utf8');
}

module.exports = { sources };
