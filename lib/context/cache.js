'use strict';

/**
 * Transformed sources on disk. A cache that cannot be read or written, or that somebody else could have written, is none: then all is
 * transformed anew.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { version } = require('./version');

/** Names the folder, or switches the cache off. */
const VARIABLE = 'ASYNC_HOOKS_RS_CONTEXT_CACHE';
const OFF = '0';
/** Files in it. When there are more, all go. */
const MOST_FILES = 50_000;
const PRIVATE = 0o700;
/** Bits by which others may write. */
const OTHERS = 0o022;

/** @param {string} text */
function hashOf(text) {
  return crypto.createHash('sha256').update(text).digest('hex');
}

class Cache {
  /** @type {string | null} null where there is none */
  #folder;

  /** @param {string | undefined} [wanted] */
  constructor(wanted = process.env[VARIABLE]) {
    this.#folder = wanted === OFF ? null : opened(wanted || usual());
  }

  /**
   * @param {string} key
   * @returns {string | null}
   */
  read(key) {
    if (this.#folder === null) return null;
    try {
      const text = fs.readFileSync(path.join(this.#folder, key), 'utf8');
      // The first line tells whether the rest is all of it.
      const end = text.indexOf('\n');
      const content = text.slice(end + 1);
      return text.slice(0, end) === hashOf(content) ? content : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {string} content
   */
  write(key, content) {
    if (this.#folder === null) return;
    const file = path.join(this.#folder, key);
    const part = `${file}.${process.pid}.part`;
    try {
      fs.writeFileSync(part, `${hashOf(content)}\n${content}`, { mode: 0o600, flag: 'wx' });
      fs.renameSync(part, file);
    } catch {
      fs.rmSync(part, { force: true });
      this.#folder = null;
    }
  }
}

function usual() {
  const home = os.homedir();
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, 'async-hooks-rs');
  if (process.platform === 'win32') return path.join(process.env.LOCALAPPDATA ?? os.tmpdir(), 'async-hooks-rs');
  return process.platform === 'darwin'
    ? path.join(home, 'Library', 'Caches', 'async-hooks-rs')
    : path.join(home, '.cache', 'async-hooks-rs');
}

/**
 * @param {string} parent
 * @returns {string | null}
 */
function opened(parent) {
  for (const folder of [
    path.join(parent, `context-${version}`),
    path.join(os.tmpdir(), `async-hooks-rs-${ownId()}`, `context-${version}`),
  ]) {
    try {
      fs.mkdirSync(folder, { recursive: true, mode: PRIVATE });
      if (!isOwn(folder) || !isOwn(path.dirname(folder))) continue;
      fs.accessSync(folder, fs.constants.W_OK);
      if (fs.readdirSync(folder).length > MOST_FILES) fs.rmSync(folder, { recursive: true, force: true });
      return folder;
    } catch {
      // The next one, or none.
    }
  }
  return null;
}

function ownId() {
  return process.getuid?.() ?? '';
}

/**
 * Whether nobody else can have written there.
 * @param {string} folder
 */
function isOwn(folder) {
  if (process.getuid === undefined) return true;
  const { uid, mode } = fs.lstatSync(folder);
  return uid === process.getuid() && (mode & OTHERS) === 0;
}

module.exports = { Cache, VARIABLE, hashOf };
