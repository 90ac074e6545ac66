// question: The cache is invalidated in all threads, and then nothing ends.
// kind: does-not-exit
// ends: signal after 1200 ms
import { setTimeout as sleep } from 'node:timers/promises';

function openBus() {
  const bus = new BroadcastChannel('cache'); // <- here
  bus.onmessage = () => {};
  return bus;
}

openBus().postMessage('clear');
await sleep(30);
