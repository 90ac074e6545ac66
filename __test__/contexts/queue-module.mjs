// question: In an ES module: callbacks that wait for the connection have no store.
// kind: queue
// remedy: AsyncResource.bind
// nodes: 22, 24, 26
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

const request = new AsyncLocalStorage();
const waiting = [];

export function connected(callback) {
  waiting.push(callback);
}

for (const id of [1, 2]) {
  request.run({ id }, () => {
    connected(() => console.log(id, request.getStore()?.id));
    //= connected(AsyncResource.bind(() => console.log(id, request.getStore()?.id)));
  });
}

await new Promise((resolve) => setImmediate(resolve));
for (const callback of waiting) callback(); // <- here
void AsyncResource;
