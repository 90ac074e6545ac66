'use strict';

/**
 * For `node --import async-hooks-rs/context app.js` (or `--require`): follows the contexts of the program, and tells at its end where
 * one was lost (`docs/context.md`).
 */

require('./lib/context/preload').start();
