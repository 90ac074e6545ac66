'use strict';

/**
 * Writes `lib/engine/constants.d.ts`: the types of the numbers that the addon shares with JavaScript. `src/constants.rs` names them.
 *
 *   npm run constants
 */

const fs = require('node:fs');
const path = require('node:path');
const { native } = require('../lib/engine/thread');

const FILE = path.join(__dirname, '..', 'lib', 'engine', 'constants.d.ts');

/** What the addon answers, and what is in it. */
const GROUPS = {
  layout: "Where things are in the thread's memory: `crates/engine/src/layout.rs`.",
  wants: 'The bits that say what a hook wants to hear: `Wants` in `crates/engine/src/hooks.rs`.',
  todo: 'The bits that say what is to be done about a change of the hooks: `Todo`, beside it.',
  recorderFacts: 'What can be told of a resource, a request or the program: `Fact` in `crates/recorder/src/event.rs`.',
  recorderLayout: 'Where things are in the memory of a ring, and what an event looks like: `crates/recorder/src/ring.rs`, `source.rs`.',
};

/** @returns {string} the file's text */
function types() {
  const interfaces = Object.entries(GROUPS).map(([name, about]) => {
    const fields = Object.keys(native[/** @type {keyof typeof GROUPS} */ (name)]()).map((field) => `  ${field}: number;\n`);
    return `\n/** ${about} */\nexport interface ${name[0].toUpperCase()}${name.slice(1)} {\n${fields.join('')}}\n`;
  });
  return `/** The numbers that the addon shares with JavaScript. Written by \`npm run constants\`. */\n${interfaces.join('')}`;
}

if (require.main === module) fs.writeFileSync(FILE, types());

module.exports = { FILE, types };
