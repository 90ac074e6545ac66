// question: After the data has come, nothing else runs for a while. Where is the time?
// kind: block
'use strict';
const { setTimeout: sleep } = require('node:timers/promises');

async function load() {
  await sleep(30);
  return Array.from({ length: 30_000 }, (_, id) => ({ id, key: String((id * 7919) % 1_000_003) }));
}

function byKey(rows) {
  return rows.sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true })); // <- here
}

const ticker = setInterval(() => {}, 10);
load().then((rows) => byKey(rows)).then((rows) => {
  process.stdout.write(`first ${rows[0].id}\n`);
  clearInterval(ticker);
});
