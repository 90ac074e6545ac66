// Two ports of one thread: a question, an answer, the end.
'use strict';

const { port1, port2 } = new MessageChannel();

port2.on('message', (question) => port2.postMessage(`re: ${question}`));
port1.on('message', (answer) => {
  console.log(answer);
  port1.close();
});
port1.on('close', () => console.log('closed'));
port1.postMessage('question');
