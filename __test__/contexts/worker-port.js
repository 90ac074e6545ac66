// question: Answers over a MessagePort that was made at start have no context.
// kind: worker
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { MessageChannel } = require('node:worker_threads');

const call = new AsyncLocalStorage();
const { port1, port2 } = new MessageChannel();
port2.on('message', (question) => port2.postMessage(`re: ${question}`));
const answers = [];
port1.on('message', (text) => {
  answers.shift()(text); // <- here
  if (answers.length === 0) port1.close();
});

for (const name of ['a', 'b']) {
  call.run(name, () => {
    answers.push((text) => console.log(text, call.getStore()));
    //= answers.push(AsyncResource.bind((text) => console.log(text, call.getStore())));
    port1.postMessage(name);
  });
}
void AsyncResource;
