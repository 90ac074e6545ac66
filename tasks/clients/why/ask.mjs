/** Asks why-is-node-running what keeps the program alive, after `WHY_AFTER` milliseconds, and writes it to `WHY_FILE`. */

import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';

// Workers inherit the flag.
if (isMainThread) {
  const { resolve } = createRequire(new URL('../package.json', import.meta.url));
  const { default: whyIsNodeRunning } = await import(pathToFileURL(resolve('why-is-node-running')).href);
  const { WHY_FILE: file, WHY_AFTER: after } = process.env;
  setTimeout(() => {
    /** @type {string[]} */
    const lines = [];
    whyIsNodeRunning({ error: (/** @type {string} */ line) => lines.push(line) });
    writeFileSync(/** @type {string} */ (file), lines.join('\n'));
  }, Number(after)).unref();
}
