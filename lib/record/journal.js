'use strict';

/**
 * What the recorded processes of a run tell the command line: which of them is the first, and where each one records.
 * It is a folder of its own for each run, because a process may have been started by anything, and may be killed.
 */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** Names the folder, in the environment of the processes. */
const VARIABLE = 'ASYNC_HOOKS_RS_RECORD_JOURNAL';

/** Made by the process that comes first. */
const FIRST = 'first';
/** Made by the command line where it wants to know which types were seen. */
const TYPES = 'types';
const EXTENSION = '.ndjson';

/**
 * @typedef {object} Entry
 * @property {number} pid
 * @property {string} [file] where the process records
 * @property {string} [program] what it runs
 * @property {string[]} [seen] types of which it has recorded a resource
 */

/** The command line's side. */
class Journal {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
  }

  /** @returns {Journal | null} null where there is no place for one */
  static open() {
    try {
      return new Journal(fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-')));
    } catch {
      return null;
    }
  }

  /** Processes that end on their own will tell which types they have seen. */
  askForTypes() {
    fs.writeFileSync(path.join(this.folder, TYPES), '');
  }

  /** @returns {Entry[]} in the order of the processes' beginnings */
  read() {
    return fs
      .readdirSync(this.folder)
      .filter((name) => name.endsWith(EXTENSION))
      .map((name) => path.join(this.folder, name))
      .map((file) => ({ file, began: fs.statSync(file).birthtimeMs }))
      .sort((a, b) => a.began - b.began)
      .flatMap(({ file }) =>
        fs
          .readFileSync(file, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      );
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * A recorded process's side. It may not be allowed to write, and the command line may be gone: both are nothing to it.
 * @param {NodeJS.ProcessEnv} env
 */
function journalOf(env) {
  const folder = env[VARIABLE];
  if (!folder) return null;
  return {
    /** Whether this process is the first of the run to ask. */
    isFirst() {
      try {
        fs.closeSync(fs.openSync(path.join(folder, FIRST), 'wx'));
        return true;
      } catch (error) {
        // Others have come before, or the run is over.
        return !['EEXIST', 'ENOENT'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '');
      }
    },

    asksForTypes() {
      return fs.existsSync(path.join(folder, TYPES));
    },

    /** @param {Omit<Entry, 'pid'>} entry */
    tell(entry) {
      try {
        fs.appendFileSync(path.join(folder, `${process.pid}${EXTENSION}`), `${JSON.stringify({ pid: process.pid, ...entry })}\n`);
      } catch {
        /* Nobody listens. */
      }
    },
  };
}

module.exports = { Journal, journalOf, VARIABLE };
