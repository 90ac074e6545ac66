'use strict';

/** What a process holds of the system. */

const fs = require('node:fs');

/** Linux alone says how many. */
const count = (/** @type {string} */ folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).length : 0);

/** How often the addon is mapped into the process: each time it was loaded anew adds to it, unless it was unloaded. */
function mappings() {
  const file = '/proc/self/maps';
  if (!fs.existsSync(file)) return 0;
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('.node')).length;
}

/** Memory in megabytes; threads, open files and mappings of addons by number. */
function holdings() {
  globalThis.gc?.();
  return {
    rss: Math.round(process.memoryUsage().rss / 1e6),
    threads: count('/proc/self/task'),
    files: count('/proc/self/fd'),
    mappings: mappings(),
  };
}

module.exports = { holdings };
