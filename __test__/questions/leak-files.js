// question: Warning: Closing file descriptor on garbage collection. Who opens them?
// kind: leak
// ends: signal after 5000 ms
'use strict';
const fs = require('node:fs/promises');

const open = [];
let recent = [];

async function firstLine(file) {
  const handle = await fs.open(file); // <- here
  open.push(handle);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(100), 0, 100, 0);
  return buffer.toString('utf8', 0, bytesRead).split('\n')[0];
}

setInterval(() => {
  for (let i = 0; i < 10; i++) recent = [...recent.slice(-40), Array.from({ length: 20000 }, (_, id) => ({ id }))];
  firstLine(__filename).catch(() => {});
}, 20);
