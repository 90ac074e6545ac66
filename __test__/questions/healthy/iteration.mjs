// Async iterators: some are left early.
import { EventEmitter, on } from 'node:events';
import { setInterval as every } from 'node:timers/promises';
import { Readable } from 'node:stream';

async function* numbers() {
  for (let n = 0; ; n++) yield n;
}

let sum = 0;
for await (const n of numbers()) {
  if (n > 500) break;
  sum += n;
}
for await (const n of every(5, 1)) {
  sum += n;
  if (sum > 125_300) break;
}
const emitter = new EventEmitter();
const stop = new AbortController();
const timer = setInterval(() => emitter.emit('value', 1), 5);
try {
  for await (const [value] of on(emitter, 'value', { signal: stop.signal })) {
    sum += value;
    if (sum > 125_350) stop.abort();
  }
} catch {
  clearInterval(timer);
}
const lengths = await Readable.from(['a', 'bb', 'ccc']).map(async (text) => text.length).toArray();
console.log(sum, lengths);
