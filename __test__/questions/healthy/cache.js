// A cache whose entries run out.
'use strict';

class Cache {
  entries = new Map();

  set(key, value, ms) {
    clearTimeout(this.entries.get(key)?.timer);
    const timer = setTimeout(() => this.entries.delete(key), ms);
    this.entries.set(key, { value, timer });
  }
}

const cache = new Cache();
let n = 0;
const traffic = setInterval(() => {
  for (let i = 0; i < 5; i++) cache.set(`key ${(n * 7 + i) % 90}`, n, 400);
  if ((n += 1) === 100) clearInterval(traffic);
}, 10);
process.on('exit', () => process.stdout.write(`${cache.entries.size} left\n`));
